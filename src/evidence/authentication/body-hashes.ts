import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { CanonicalBody, type Canonicalization } from './canonical-body.ts';

/** Other work gets its turn after so many bytes read or hashed: some milliseconds. */
const TURN_BYTES = 1024 * 1024;

/** One hash over the canonical body, up to the limit that the signature gives (`l=`). */
export class BodyHash {
  readonly #hash: Hash;
  readonly #limit: number;
  /** Bytes of the canonical body, and how many of them are hashed. */
  canonicalizedLength = 0;
  bodyHashedBytes = 0;

  /** `limit` is null for the whole body. */
  constructor(algorithm: string, limit: number | null) {
    this.#hash = createHash(algorithm);
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /** The number of bytes that were hashed. */
  update(piece: Buffer): number {
    this.canonicalizedLength += piece.length;
    const count = Math.min(piece.length, this.#limit - this.bodyHashedBytes);
    if (count <= 0) return 0;
    this.#hash.update(count === piece.length ? piece : piece.subarray(0, count));
    this.bodyHashedBytes += count;
    return count;
  }

  digest(encoding: 'base64'): string {
    return this.#hash.digest(encoding);
  }
}

interface Form {
  readonly body: CanonicalBody;
  readonly hashes: BodyHash[];
}

/** The hashes that the signatures of one message want, with one pass for each canonical form, in turns with other work. */
export class BodyHashes {
  readonly #forms = new Map<Canonicalization, Form>();
  #worked = 0;

  /** Nobody wants a hash, so the body need not be read. */
  get isIdle(): boolean {
    return this.#forms.size === 0;
  }

  add(canonicalization: Canonicalization, hash: BodyHash): void {
    const form = this.#forms.get(canonicalization);
    if (form === undefined) {
      this.#forms.set(canonicalization, { body: new CanonicalBody(canonicalization), hashes: [hash] });
    } else form.hashes.push(hash);
  }

  async update(chunk: Buffer): Promise<void> {
    for (const { body, hashes } of this.#forms.values()) {
      this.#worked += chunk.length;
      await this.#hashAll(body.push(chunk), hashes);
    }
  }

  /** After the last chunk. */
  async end(): Promise<void> {
    for (const { body, hashes } of this.#forms.values()) await this.#hashAll(body.end(), hashes);
  }

  async #hashAll(pieces: Iterable<Buffer>, hashes: readonly BodyHash[]): Promise<void> {
    for (const piece of pieces) {
      for (const hash of hashes) this.#worked += hash.update(piece);
      await this.#turn();
    }
    await this.#turn();
  }

  async #turn(): Promise<void> {
    if (this.#worked < TURN_BYTES) return;
    this.#worked = 0;
    await setImmediate();
  }
}
