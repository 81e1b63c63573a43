import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

const KIB = 1024;
/**
 * Bytes unpacked over all files of a message: inflating as much takes about 60 ms. Honest invoices and slides stay below
 * for what is asked of them (names, links, small pages), and the rest of a large file holds more of the same.
 */
export const UNPACKED_BYTES = 12 * 1024 * KIB;
/** One stream; a page of a PDF or of an archive has a tenth. */
export const UNPACKED_AT_ONCE = 4 * 1024 * KIB;
/** Streams of a message: each costs some 20 µs however short it is. */
export const UNPACKED_STREAMS = 2_000;
/** Deflate makes at most this many bytes of one (RFC 1951: 258 bytes from two bits). */
const GREATEST_RATIO = 1_032;

export type Packing = 'raw' | 'zlib' | 'gzip';

/** Unpacks deflated data within one budget for the whole message, so that a bomb costs no more than the budget. */
export class Unpacker {
  #bytesLeft: number;
  #streamsLeft: number;
  #cut = false;

  constructor(bytes = UNPACKED_BYTES, streams = UNPACKED_STREAMS) {
    this.#bytesLeft = bytes;
    this.#streamsLeft = streams;
  }

  /** True once, after something was cut short since it was last asked. */
  takeCut(): boolean {
    const cut = this.#cut;
    this.#cut = false;
    return cut;
  }

  get empty(): boolean {
    return this.#bytesLeft <= 0 || this.#streamsLeft <= 0;
  }

  /** The data, or as much from its beginning as the budgets allow; null where it is damaged or nothing is left. */
  unpack(packed: Buffer, packing: Packing, most = UNPACKED_AT_ONCE): Buffer | null {
    if (this.empty) {
      this.#cut = true;
      return null;
    }
    this.#streamsLeft -= 1;
    const limit = Math.min(most, this.#bytesLeft);
    const whole = inflate(packed, packing, limit);
    if (whole !== 'too long') {
      this.#bytesLeft -= whole?.length ?? 0;
      return whole;
    }
    this.#cut = true;
    this.#bytesLeft -= limit;
    // The library gives nothing of what is too long. So much of the input cannot become too long, and is a beginning.
    const part = inflate(packed.subarray(0, Math.floor(limit / GREATEST_RATIO)), packing, limit);
    return part === 'too long' ? null : part;
  }
}

function inflate(packed: Buffer, packing: Packing, limit: number): Buffer | null | 'too long' {
  // With a sync flush at the end, data that is cut off gives what there is of it.
  const options = { maxOutputLength: Math.max(1, limit), finishFlush: SYNC_FLUSH };
  try {
    if (packing === 'raw') return inflateRawSync(packed, options);
    return packing === 'zlib' ? inflateSync(packed, options) : gunzipSync(packed, options);
  } catch (error) {
    return error instanceof RangeError ? 'too long' : null;
  }
}

/** Z_SYNC_FLUSH of zlib.h. */
const SYNC_FLUSH = 2;
