import { decodeBase64 } from './base64.ts';
import type { Marks } from './marks.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';
import type { Steps } from './turns.ts';

/** Undoes a Content-Transfer-Encoding (RFC 2045 section 6). Unknown names leave the bytes as they are and are marked. */
export function* decodeTransfer(bytes: Buffer, encoding: string, marks: Marks): Steps<Buffer> {
  switch (encoding) {
    case 'base64':
      return yield* decodeBase64(bytes, marks);
    case 'quoted-printable':
      return yield* decodeQuotedPrintable(bytes);
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return bytes;
    default:
      marks.ambiguous('unknown_transfer_encoding');
      return bytes;
  }
}
