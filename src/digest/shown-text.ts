/** A line of a letter; who writes longer subjects does so to hide the rest of the letter. */
export const SHOWN_CHARACTERS = 120;

/** Control characters, and those that turn the direction of text or are not seen (Unicode categories Cc, Cf, Zl, Zp, and unpaired surrogates). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const BLANKS = /[\t\r\n ]+/g;

/**
 * Text of an attacker as one line of a letter of ours: what cannot be seen is shown by its number, and nothing in it is an
 * address that a mail program would make a link of.
 */
export function shownText(text: string, limit: number = SHOWN_CHARACTERS): string {
  const characters = [
    ...text
      .slice(0, limit * 4)
      .replace(BLANKS, ' ')
      .trim(),
  ];
  const cut = characters.length > limit ? `${characters.slice(0, limit).join('')}…` : characters.join('');
  return defanged(cut.replace(UNSEEN, shownNumber));
}

function shownNumber(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** Mail programs link schemes, host names, addresses and telephone numbers after `tel:`. */
function defanged(text: string): string {
  return text
    .replace(/:\/\//g, '[://]')
    .replace(/\b(mailto|tel|sms|javascript|data):/gi, '$1[:]')
    .replace(/(?<=[\p{L}\p{N}_-])[.。.。](?=[\p{L}\p{N}])/gu, '[.]');
}
