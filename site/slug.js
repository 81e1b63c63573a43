/** The id that GitHub gives a heading, so that one link works there and on the site. `taken` counts headings of the page. */
export function slug(text, taken) {
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
  const before = taken.get(plain) ?? 0;
  taken.set(plain, before + 1);
  return before === 0 ? plain : `${plain}-${before}`;
}
