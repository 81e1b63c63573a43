/** An address in a PDF is kept this far. */
const LONGEST_STRING = 8 * 1024;
/** White space between a key and its value. */
const LONGEST_GAP = 16;

/**
 * The string, `(…)` or `<hex>`, that follows a key at `from` (ISO 32000 section 7.3.4); undefined where none follows, null
 * where one does not end. The latter costs the reading of all that a string may have.
 */
export function stringAt(text: string, from: number): string | null | undefined {
  let at = from;
  while (at < from + LONGEST_GAP && /\s/.test(text[at] ?? '')) at += 1;
  if (text[at] === '<') return hexString(text, at + 1);
  return text[at] === '(' ? literalString(text, at + 1) : undefined;
}

function literalString(text: string, from: number): string | null {
  let value = '';
  let open = 1;
  const end = Math.min(text.length, from + LONGEST_STRING);
  for (let at = from; at < end; at++) {
    const character = text[at] ?? '';
    if (character === '(') open += 1;
    else if (character === ')') open -= 1;
    if (open === 0) return readable(value);
    if (character !== '\\') {
      value += character;
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
    if (octal !== undefined) value += String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    else if (!/[\r\n]/.test(text[at + 1] ?? '')) value += text[at + 1] ?? '';
    at += octal?.length ?? 1;
  }
  return null;
}

function hexString(text: string, from: number): string | null {
  const digits = /^[0-9a-f\s]*/i.exec(text.slice(from, from + LONGEST_STRING))?.[0].replace(/\s/g, '') ?? '';
  return digits.length < 2 ? null : readable(Buffer.from(digits, 'hex').toString('latin1'));
}

/** Text strings may be UTF-16 with a byte order mark (section 7.9.2.2); addresses are then ASCII with zeros between. */
function readable(value: string): string {
  return value.startsWith('\xfe\xff') ? value.slice(2).replaceAll('\0', '') : value;
}
