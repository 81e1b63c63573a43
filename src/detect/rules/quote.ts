/** Enough to recognise an address, a host or a file name; not enough to hide a second sentence in. */
export const MAX_QUOTED = 80;

/** Anything that ends a line, moves the cursor, or reorders or hides text: controls, line separators, bidi, zero width. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text of a sender for the eyes of people: one line, in quotes, bounded, nothing in it that renders as something else. */
export function quote(text: string): string {
  const clean = text
    .slice(0, 4 * MAX_QUOTED)
    .replace(UNPRINTABLE, '�')
    .replaceAll('"', "'");
  const characters = Array.from(clean);
  const bounded = characters.length > MAX_QUOTED ? `${characters.slice(0, MAX_QUOTED - 1).join('')}…` : clean;
  return `"${bounded}"`;
}
