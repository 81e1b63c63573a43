export type Canonicalization = 'simple' | 'relaxed';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** What is handed on at once: small enough to be hashed within a turn, large enough that the calls do not count. */
const PIECE_BYTES = 64 * 1024;
/** A step writes a line end, or a blank and a byte. */
const STEP_BYTES = 2;

/**
 * The canonical form of a body (RFC 6376 sections 3.4.3 and 3.4.4), in one pass, in constant memory and in time linear in
 * what comes in and goes out, however the body is cut into chunks. A bare LF ends a line, as the next hop will have it.
 */
export class CanonicalBody {
  readonly #relaxed: boolean;
  readonly #out = Buffer.allocUnsafe(PIECE_BYTES);
  #size = 0;
  /** Line ends that count only if something follows them. */
  #lines = 0;
  /** Blanks before what comes next; those before a line end go. */
  #blank = false;
  /** A CR whose LF may still come. */
  #cr = false;
  #isEmpty = true;

  constructor(canonicalization: Canonicalization) {
    this.#relaxed = canonicalization === 'relaxed';
  }

  /** Takes a chunk and gives what is certain so far. A piece is valid until the next one is asked for. */
  *push(chunk: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < chunk.length) {
      at = this.#read(chunk, at);
      if (at < chunk.length) yield this.#take();
    }
  }

  /** The rest, the line end after the last line included. */
  *end(): Generator<Buffer> {
    if (this.#cr) {
      while (!this.#beginContent()) yield this.#take();
      this.#out[this.#size++] = CR;
    }
    if (this.#size > PIECE_BYTES - STEP_BYTES) yield this.#take();
    // Section 3.4.3: an empty body is one line end in simple form; section 3.4.4: it stays empty in relaxed form.
    if (!this.#relaxed || !this.#isEmpty) {
      this.#out[this.#size++] = CR;
      this.#out[this.#size++] = LF;
    }
    if (this.#size > 0) yield this.#take();
  }

  /** Reads on from `start` until the chunk ends or there is no room; where it came to. */
  #read(chunk: Buffer, start: number): number {
    const out = this.#out;
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LF) {
        this.#cr = false;
        this.#blank = false;
        this.#lines += 1;
        continue;
      }
      if (this.#cr) {
        if (!this.#beginContent()) return at;
        out[this.#size++] = CR;
        this.#cr = false;
      }
      if (byte === CR) this.#cr = true;
      else if (this.#relaxed && (byte === SPACE || byte === TAB)) this.#blank = true;
      else {
        if (!this.#beginContent()) return at;
        out[this.#size++] = byte;
      }
    }
    return chunk.length;
  }

  /** Writes the line ends and blanks that turned out to stay. False where there is no room for them and a byte more. */
  #beginContent(): boolean {
    if (this.#lines > 0) {
      const room = (PIECE_BYTES - this.#size - STEP_BYTES) >> 1;
      const count = Math.max(0, Math.min(room, this.#lines));
      this.#out.fill('\r\n', this.#size, this.#size + 2 * count, 'latin1');
      this.#size += 2 * count;
      this.#lines -= count;
      if (this.#lines > 0) return false;
    }
    if (this.#size > PIECE_BYTES - STEP_BYTES) return false;
    this.#isEmpty = false;
    if (this.#blank) this.#out[this.#size++] = SPACE;
    this.#blank = false;
    return true;
  }

  #take(): Buffer {
    const piece = this.#out.subarray(0, this.#size);
    this.#size = 0;
    return piece;
  }
}
