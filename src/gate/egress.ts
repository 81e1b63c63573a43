import { LineEnds } from './line-ends.ts';

const DOT = 0x2e;
const LF = 0x0a;
const END_OF_DATA = Buffer.from('\r\n.\r\n');

/**
 * Message bytes → what goes over the wire after 354 (RFC 5321 section 4.5.2): line ends CRLF, dots at line starts doubled, a
 * final CRLF, and `.` CRLF. The hazard is smuggling: whatever the message holds, no receiver, strict or lenient, may see an
 * end of data before the end. So nothing but CRLF ever leaves here, and no line is a single dot but the last.
 * Normal mail passes byte for byte. Incremental, O(n), at most twice the size.
 */
export class Egress {
  readonly #lineEnds = new LineEnds();
  #atLineStart = true;
  /** The last four bytes written, so that an end of data is seen across chunks. It begins as if after the CRLF of DATA. */
  #tail: Buffer = Buffer.from('\r\n');

  push(chunk: Buffer): Buffer {
    return this.#checked(this.#stuff(this.#lineEnds.push(chunk)));
  }

  /** The rest with the terminator. Nothing may be pushed after it. */
  end(): Buffer {
    const rest = this.#checked(this.#stuff(this.#lineEnds.end()));
    return Buffer.concat([rest, Buffer.from(this.#atLineStart ? '.\r\n' : '\r\n.\r\n')]);
  }

  #stuff(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    const dots = this.#mayHaveLeadingDot(chunk) ? this.#countLeadingDots(chunk) : 0;
    if (dots === 0) {
      this.#atLineStart = chunk[chunk.length - 1] === LF;
      return chunk;
    }
    const out = Buffer.allocUnsafe(chunk.length + dots);
    let end = 0;
    for (const byte of chunk) {
      if (byte === DOT && this.#atLineStart) out[end++] = DOT;
      out[end++] = byte;
      this.#atLineStart = byte === LF;
    }
    return out;
  }

  #mayHaveLeadingDot(chunk: Buffer): boolean {
    return (this.#atLineStart && chunk[0] === DOT) || chunk.includes('\n.');
  }

  #countLeadingDots(chunk: Buffer): number {
    let count = 0;
    let atLineStart = this.#atLineStart;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === DOT && atLineStart) count += 1;
      atLineStart = byte === LF;
    }
    return count;
  }

  /** Stands apart from the code above on purpose: if that is ever wrong, the message stays with the sender. */
  #checked(out: Buffer): Buffer {
    const seam = Buffer.concat([this.#tail, out.subarray(0, END_OF_DATA.length - 1)]);
    if (seam.includes(END_OF_DATA) || out.includes(END_OF_DATA)) {
      throw new Error('an end of data inside the message was about to be sent');
    }
    const kept = END_OF_DATA.length - 1;
    this.#tail =
      out.length >= kept
        ? Buffer.from(out.subarray(-kept))
        : Buffer.concat([this.#tail, out]).subarray(-kept);
    return out;
  }
}
