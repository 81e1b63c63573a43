/**
 * A pattern for a name in a PDF, with its slash. Names may spell any letter as #xx (ISO 32000 section 7.3.5), which hides
 * them from a plain search; undoing that in the whole text would cost more than finding both spellings.
 */
export function namePattern(...names: readonly string[]): string {
  return `/(?:${names.map((name) => name.replace(/./g, spellings)).join('|')})(?![A-Za-z0-9])`;
}

function spellings(letter: string): string {
  const hex = letter.charCodeAt(0).toString(16);
  const either = hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `(?:${letter}|#${either})`;
}
