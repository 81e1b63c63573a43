import type { WireFacts } from '../mail/mail.ts';

const CR = 0x0d;
const LF = 0x0a;
/** Carriage returns that may wait for the line feed after them; more are line ends of their own, so that a run costs no memory. */
const MAX_CR_RUN = 64;

/**
 * Makes every line end CRLF, and counts what was not. A run of CRs before an LF is one line end (programs that translate
 * twice write CRCRLF), each other CR is one of its own. Incremental: how the bytes are split into chunks does not matter. O(n).
 */
export class LineEnds {
  #pendingCr = 0;
  #bareCr = 0;
  #bareLf = 0;
  #nul = 0;

  get facts(): WireFacts {
    return { bareCr: this.#bareCr, bareLf: this.#bareLf, nul: this.#nul };
  }

  /** The normalised bytes; the chunk itself, not a copy, where nothing had to change. */
  push(chunk: Buffer): Buffer {
    if (this.#pendingCr === 0 && isClean(chunk)) return chunk;
    const out = Buffer.allocUnsafe(2 * (chunk.length + this.#pendingCr));
    let end = 0;
    for (const byte of chunk) {
      if (byte === CR) {
        if (this.#pendingCr < MAX_CR_RUN) {
          this.#pendingCr += 1;
        } else {
          this.#bareCr += 1;
          end = lineEnd(out, end);
        }
        continue;
      }
      if (byte === LF) {
        if (this.#pendingCr === 0) this.#bareLf += 1;
        else this.#bareCr += this.#pendingCr - 1;
        this.#pendingCr = 0;
        end = lineEnd(out, end);
        continue;
      }
      end = this.#flush(out, end);
      if (byte === 0) this.#nul += 1;
      out[end++] = byte;
    }
    return out.subarray(0, end);
  }

  /** What a CR at the very end still owes. */
  end(): Buffer {
    const out = Buffer.allocUnsafe(2 * this.#pendingCr);
    return out.subarray(0, this.#flush(out, 0));
  }

  #flush(out: Buffer, at: number): number {
    let end = at;
    this.#bareCr += this.#pendingCr;
    for (; this.#pendingCr > 0; this.#pendingCr--) end = lineEnd(out, end);
    return end;
  }
}

function lineEnd(out: Buffer, at: number): number {
  out[at] = CR;
  out[at + 1] = LF;
  return at + 2;
}

/**
 * True where each CR is followed by LF within the chunk, each LF follows a CR, and there is no NUL to count. Searching a string for one
 * character is done in the engine, several bytes at a time: half the time of a loop over the bytes.
 */
function isClean(chunk: Buffer): boolean {
  const text = chunk.toString('latin1');
  if (text.includes('\0')) return false;
  let read = 0;
  for (let lf = text.indexOf('\n'); lf !== -1; lf = text.indexOf('\n', read)) {
    if (lf === 0 || text.indexOf('\r', read) !== lf - 1) return false;
    read = lf + 1;
  }
  return !text.includes('\r', read);
}
