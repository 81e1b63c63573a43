/** Labels of UTF-7 that mail uses; the WHATWG encoding list has none, because pages in it were attacks. */
export const UTF7_LABELS: ReadonlySet<string> = new Set([
  'utf-7',
  'utf7',
  'unicode-1-1-utf-7',
  'x-unicode-1-1-utf-7',
  'x-unicode-2-0-utf-7',
  'csunicode11utf7',
  'csutf7',
]);

/**
 * Decodes UTF-7 (RFC 2152), which senders use to hide markup from filters that look for "<". Takes text of one byte a
 * character; what is not in a shifted run stays as it is, and bits that make no whole character are dropped.
 */
export function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (all, run: string) => {
    if (run === '') return all === '+-' ? '+' : all;
    const bytes = Buffer.from(run, 'base64');
    return bytes
      .subarray(0, bytes.length - (bytes.length % 2))
      .swap16()
      .toString('utf16le');
  });
}
