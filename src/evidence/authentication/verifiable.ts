import type { Content } from '../../mail/mail.ts';

/** Real header sections are below 64 KiB; the verifier walks this part byte by byte. */
export const MAX_HEADER_BYTES = 256 * 1024;
/** A To list of a thousand addresses has about as many lines; joining folded lines is quadratic in the verifier. */
export const MAX_HEADER_LINES = 2000;
/** A mailing list's mail has three or four. Each one costs a DNS question, an RSA operation and maybe a pass over the body. */
export const MAX_SIGNATURES = 10;
/** RFC 8617 section 3.9 allows 50 sets, real paths have five; the seals are hashed in quadratic time. */
export const MAX_ARC_SETS = 10;
/** A signature is about 1 KiB. Its list of fields is compared with every field of the message. */
export const MAX_SIGNATURE_CHARACTERS = 4096;
/** A chunk is canonicalised in one go, below a millisecond. */
const CHUNK_BYTES = 64 * 1024;

/** What the DKIM verifier is given to read. */
export interface Verifiable {
  /** The header section with the empty line at its end, where it has one. */
  readonly header: Buffer;
  /** The body from its start, in chunks; each call reads it anew. */
  readonly body: () => AsyncIterable<Buffer>;
  /** Signatures or sets were left out, because there were too many or they were too long. */
  readonly signaturesDropped: boolean;
  readonly arcDropped: boolean;
}

/**
 * The mail with a bounded number of signatures at the top of it (the newest ones), body untouched; null where the header
 * section is too big to be verified at all. Rejects where the content cannot be read.
 */
export async function verifiable(content: Content): Promise<Verifiable | null> {
  const head = await content.head(MAX_HEADER_BYTES);
  const end = headerEnd(head);
  if (end === -1 && content.size > head.length) return null;
  const headerLength = end === -1 ? head.length : end;
  const lines = head.toString('latin1', 0, headerLength).split(/(?<=\n)/);
  if (lines.length > MAX_HEADER_LINES) return null;

  const fields = fieldsOf(lines);
  const kept = withoutSurplus(fields);
  const dropped = { signaturesDropped: kept.signaturesDropped, arcDropped: kept.arcDropped };
  const isComplete = !dropped.signaturesDropped && !dropped.arcDropped;
  const header = isComplete ? head.subarray(0, headerLength) : Buffer.from(kept.fields.join(''), 'latin1');
  const isWhole = head.length === content.size;
  const body = () => (isWhole ? chunksOf([head], headerLength) : chunksOf(content.stream(), headerLength));
  return { header, body, ...dropped };
}

/** Offset of the first byte after the empty line that ends the header section; -1 without one. */
function headerEnd(bytes: Buffer): number {
  for (let lf = bytes.indexOf(0x0a); lf !== -1; lf = bytes.indexOf(0x0a, lf + 1)) {
    if (bytes[lf + 1] === 0x0a) return lf + 2;
    if (bytes[lf + 1] === 0x0d && bytes[lf + 2] === 0x0a) return lf + 3;
  }
  return -1;
}

/**
 * Lines joined into fields. A line without a name and colon continues the one before, as the verifier reads it; a bare
 * name may have its colon after a fold. The empty line at the end is on its own: it must stay whatever is left out.
 */
function fieldsOf(lines: readonly string[]): string[] {
  const fields: string[][] = [];
  for (const line of lines) {
    const last = fields.at(-1);
    if (last === undefined || /^(?:[\x21-\x39\x3b-\x7e]+[ \t]*(?::|\r?\n?$)|\r?\n$)/.test(line))
      fields.push([line]);
    else last.push(line);
  }
  return fields.map((parts) => parts.join(''));
}

function withoutSurplus(fields: readonly string[]) {
  const arcDropped = fields.filter((field) => /^arc-seal[ \t\r\n]*:/i.test(field)).length > MAX_ARC_SETS;
  let signatures = 0;
  let signaturesDropped = false;
  const kept = fields.filter((field) => {
    if (/^arc-[a-z-]+[ \t\r\n]*:/i.test(field)) return !arcDropped;
    if (!/^dkim-signature[ \t\r\n]*:/i.test(field)) return true;
    signatures += 1;
    const keep = signatures <= MAX_SIGNATURES && field.length <= MAX_SIGNATURE_CHARACTERS;
    signaturesDropped ||= !keep;
    return keep;
  });
  return { fields: kept, signaturesDropped, arcDropped };
}

/** What follows the first `length` bytes, in small chunks. */
async function* chunksOf(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  length: number,
): AsyncGenerator<Buffer> {
  let toSkip = length;
  for await (const bytes of source) {
    for (let at = Math.min(toSkip, bytes.length); at < bytes.length; at += CHUNK_BYTES) {
      yield bytes.subarray(at, at + CHUNK_BYTES);
    }
    toSkip = Math.max(0, toSkip - bytes.length);
  }
}
