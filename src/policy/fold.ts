/** RFC 5322 section 2.1.1: lines should have no more characters, without the CRLF. */
export const MAX_LINE = 78;
/** The longest domain name; longer tokens come from nowhere we know. */
export const MAX_TOKEN = 253;
/** Five reasons with quotes of 80 characters stay far below; more is an accident. */
export const MAX_TEXT = 2000;

/** The text where it can stand in a structured field without quotes; null where it is empty, too long or has other characters. */
export function safeToken(text: string): string | null {
  return text.length <= MAX_TOKEN && /^[A-Za-z0-9._@+-]+$/.test(text) ? text : null;
}

/** `name: a; b; c`, folded between the tokens, and after a space where a token alone is too long for a line. */
export function foldTokens(name: string, tokens: readonly string[]): string {
  const words = tokens.flatMap((token, index) =>
    (index < tokens.length - 1 ? `${token};` : token).split(' '),
  );
  return fold(name, words);
}

/** Free text for people as a field: ASCII, one blank between words, folded; a word longer than a line is cut in pieces. */
export function foldText(name: string, text: string): string {
  const room = MAX_LINE - name.length - 2;
  const words = asciiText(text.slice(0, MAX_TEXT)).split(' ');
  const pieces = words.flatMap((word) => word.match(new RegExp(`.{1,${room}}`, 'g')) ?? []);
  return fold(name, pieces);
}

/** Accents are dropped, typographic marks get their ASCII likeness, anything else is `?`. Controls are blanks. */
export function asciiText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[‘’‚′]/g, "'")
    .replace(/[“”„«»″]/g, '"')
    .replace(/[‐-―−]/g, '-')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();
}

function fold(name: string, words: readonly string[]): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of words) {
    // The first word stays on the line of the name: a line of the name alone upsets some readers.
    const isFirst = lines.length === 0 && line === `${name}:`;
    if (!isFirst && line.length + 1 + word.length > MAX_LINE) {
      lines.push(line);
      line = ` ${word}`;
    } else line += ` ${word}`;
  }
  return `${[...lines, line].join('\r\n')}\r\n`;
}
