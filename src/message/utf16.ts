/** Bytes by which the order is told: markup and Latin text have a zero in every second one. */
const SAMPLE = 1_024;

/**
 * The order of UTF-16: a byte order mark says it, whatever the label, as browsers have it. "utf-16" alone means big-endian to RFC
 * 2781 and little-endian to browsers, so that the zeros of ASCII characters decide. Null where the label is not UTF-16.
 */
export function utf16Order(bytes: Uint8Array, label: string): 'utf-16le' | 'utf-16be' | null {
  if (!/^(utf-?16(le|be)?|unicode|ucs-2|iso-10646-ucs-2)$/.test(label)) return null;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (label.endsWith('be')) return 'utf-16be';
  return label.endsWith('le') || !highBytesFirst(bytes) ? 'utf-16le' : 'utf-16be';
}

function highBytesFirst(bytes: Uint8Array): boolean {
  let surplus = 0;
  for (let at = 0; at < Math.min(bytes.length, SAMPLE); at++) {
    if (bytes[at] === 0) surplus += at % 2 === 0 ? 1 : -1;
  }
  return surplus > 0;
}
