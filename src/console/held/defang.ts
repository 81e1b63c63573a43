/** Longer targets are cut: a page of one URL helps nobody, and its host is at the beginning. */
export const LONGEST_SHOWN = 500;

/** Anything that reorders, hides or breaks the text around it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A URL as text that no mail program, chat or terminal makes clickable: `hxxps[:]//example[.]com/x`. */
export function defang(url: string): string {
  const shown = url.length > LONGEST_SHOWN ? `${url.slice(0, LONGEST_SHOWN)}…` : url;
  return shown
    .replace(UNPRINTABLE, '�')
    .replace(/^h(tt)ps?(?=:)/i, (scheme) => `hxx${scheme.slice(3).toLowerCase()}`)
    .replace(/^([a-z][a-z0-9+.-]*):/i, '$1[:]')
    .replaceAll('@', '[@]')
    .replaceAll('.', '[.]');
}
