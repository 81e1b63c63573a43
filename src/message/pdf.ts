export interface PdfFacts {
  readonly encrypted: boolean;
  /** Targets of link annotations that stand uncompressed in the file. */
  readonly uris: readonly string[];
}

/** Bytes of a PDF in which link annotations are looked for; what stands in compressed streams is not seen anyway. */
const SCANNED = 4 * 1024 * 1024;
/** Readers accept the signature within the first kilobyte. */
const SIGNATURE_REACH = 1_024;
const LONGEST_URI = 8 * 1024;
/** Occurrences of the key that are looked at: without a bound, unclosed strings would each be read to the end. */
const MAX_TRIES = 2_000;

/** Looks into a PDF without unpacking it; null where it is none. */
export function pdfFacts(bytes: Buffer, maxUris: number): PdfFacts | null {
  if (!bytes.subarray(0, SIGNATURE_REACH).includes('%PDF-')) return null;
  const uris: string[] = [];
  const text = bytes.toString('latin1', 0, SCANNED);
  let tries = 0;
  for (let at = text.indexOf('/URI'); at !== -1 && uris.length < maxUris; at = text.indexOf('/URI', at + 4)) {
    tries += 1;
    if (tries > MAX_TRIES) break;
    const uri = literalString(text, at + 4);
    if (uri !== null && uri !== '') uris.push(uri);
  }
  return { encrypted: bytes.includes('/Encrypt'), uris };
}

/** The PDF string, `(…)` or `<hex>`, that follows a key (ISO 32000 section 7.3.4), or null. */
function literalString(text: string, from: number): string | null {
  let at = from;
  while (at < from + 16 && /\s/.test(text[at] ?? '')) at += 1;
  if (text[at] === '<') return hexString(text, at + 1);
  if (text[at] !== '(') return null;
  let value = '';
  for (at += 1; at < text.length && value.length < LONGEST_URI; at++) {
    const character = text[at] ?? '';
    if (character === ')') return value;
    if (character === '\\') at += 1;
    value += text[at] ?? '';
  }
  return null;
}

function hexString(text: string, from: number): string | null {
  const digits = /^[0-9a-f\s]*/i.exec(text.slice(from, from + LONGEST_URI))?.[0].replace(/\s/g, '') ?? '';
  return digits.length === 0 ? null : Buffer.from(digits, 'hex').toString('latin1');
}
