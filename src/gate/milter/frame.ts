/** Length of the length: a number of 32 bits, big-endian. */
const LENGTH_BYTES = 4;

/**
 * Command and data of one frame at most. A piece of body is 65,535 bytes at most, but Postfix puts a whole header field into one
 * frame, 102,400 bytes as shipped (header_size_limit); 1 MiB is the largest data that the protocol has a name for
 * (SMFIP_MDS_1M). More is no mail server talking, and would only be memory.
 */
export const MAX_FRAME_BYTES = 1_048_576;

/** One packet as it lies on the wire: a command or reply of one byte, and its data. */
export interface Frame {
  /** One ASCII character, as the protocol names commands and replies. */
  readonly code: string;
  readonly data: Buffer;
}

export interface Frames {
  readonly frames: readonly Frame[];
  /** The length that no frame may have, where one came: nothing after it can be read. Null where all is well. */
  readonly badLength: number | null;
}

/**
 * Bytes → frames; how they are split into chunks does not matter. Memory is what came, never what a length only promises. After a bad
 * length it reads nothing more.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = LENGTH_BYTES;
  #badLength: number | null = null;

  push(chunk: Buffer): Frames {
    const frames: Frame[] = [];
    if (this.#badLength === null) {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      if (this.#size >= this.#needed) this.#read(Buffer.concat(this.#chunks), frames);
    }
    return { frames, badLength: this.#badLength };
  }

  #read(bytes: Buffer, frames: Frame[]): void {
    let at = 0;
    this.#needed = LENGTH_BYTES;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = bytes.readUInt32BE(at);
      if (length === 0 || length > MAX_FRAME_BYTES) {
        this.#badLength = length;
        at = bytes.length;
        break;
      }
      const end = at + LENGTH_BYTES + length;
      if (end > bytes.length) {
        this.#needed = LENGTH_BYTES + length;
        break;
      }
      const code = String.fromCharCode(bytes[at + LENGTH_BYTES] ?? 0);
      frames.push({ code, data: bytes.subarray(at + LENGTH_BYTES + 1, end) });
      at = end;
    }
    this.#chunks = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#size = bytes.length - at;
  }
}

/** The bytes of one frame. */
export function encodeFrame({ code, data }: Frame): Buffer {
  const head = Buffer.alloc(LENGTH_BYTES + 1);
  head.writeUInt32BE(1 + data.length);
  head.write(code, LENGTH_BYTES, 'latin1');
  return Buffer.concat([head, data]);
}
