const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const LINE_OF_DOT = Buffer.from('\r\n.');

type State = 'lineStart' | 'text' | 'cr' | 'dot' | 'dotCr';

export interface Taken {
  /** Bytes of the message. */
  readonly data: Buffer;
  /** What came after the end of the data; null where the end has not come. */
  readonly rest: Buffer | null;
}

/**
 * What comes over the wire after 354 → the message (RFC 5321 section 4.5.2): a line of a single dot ends it, and the first dot of
 * any other line is taken off. Only CRLF ends a line here: after a bare CR or LF a dot is text, and never the end (S1). One pass,
 * whatever the number of dots, and however the bytes are split.
 */
export class Ingress {
  #state: State = 'lineStart';

  push(chunk: Buffer): Taken {
    if (!this.#isText(chunk)) return this.#take(chunk);
    const dot = chunk.indexOf(LINE_OF_DOT);
    if (dot === -1) {
      this.#state = stateAfter(chunk);
      return { data: chunk, rest: null };
    }
    // From the first line that begins with a dot on, byte by byte.
    const text = chunk.subarray(0, dot + 2);
    this.#state = 'lineStart';
    const { data, rest } = this.#take(chunk.subarray(dot + 2));
    return { data: data.length === 0 ? text : Buffer.concat([text, data]), rest };
  }

  /** Whether no dot matters before the first CRLF of the chunk. */
  #isText(chunk: Buffer): boolean {
    if (chunk.length === 0) return false;
    return this.#state === 'text' || (this.#state === 'lineStart' && chunk[0] !== DOT);
  }

  #take(chunk: Buffer): Taken {
    // A CR that was held with its dot may come out again: one byte more than came in.
    const out = Buffer.allocUnsafe(chunk.length + 1);
    let end = 0;
    let state = this.#state;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (state === 'dotCr') {
        if (byte === LF) return { data: out.subarray(0, end), rest: chunk.subarray(at + 1) };
        out[end++] = CR;
        state = 'cr';
      }
      if (state === 'dot' && byte === CR) {
        state = 'dotCr';
      } else if (state === 'lineStart' && byte === DOT) {
        state = 'dot';
      } else {
        out[end++] = byte;
        state = byte === CR ? 'cr' : state === 'cr' && byte === LF ? 'lineStart' : 'text';
      }
    }
    this.#state = state;
    return { data: out.subarray(0, end), rest: null };
  }
}

/** Of text that holds no dot at the start of a line. */
function stateAfter(text: Buffer): State {
  const last = text[text.length - 1];
  if (last === CR) return 'cr';
  return last === LF && text[text.length - 2] === CR ? 'lineStart' : 'text';
}
