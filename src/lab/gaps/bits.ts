/** A fixed number of yes and no. */
export class Bits {
  readonly #words: Uint32Array;

  constructor(length: number) {
    this.#words = new Uint32Array(Math.ceil(length / 32));
  }

  set(place: number): void {
    this.#words[place >>> 5] = (this.#words[place >>> 5] ?? 0) | (1 << (place & 31));
  }

  has(place: number): boolean {
    return ((this.#words[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
  }

  /** Where both say yes. */
  and(other: Bits): Bits {
    const both = new Bits(this.#words.length * 32);
    for (let i = 0; i < this.#words.length; i++)
      both.#words[i] = (this.#words[i] ?? 0) & (other.#words[i] ?? 0);
    return both;
  }

  /** Equal where the places are. */
  get key(): string {
    return this.#words.join();
  }

  /** In how many places both say yes. */
  countWith(other: Bits): number {
    let count = 0;
    for (let i = 0; i < this.#words.length; i++)
      count += ones((this.#words[i] ?? 0) & (other.#words[i] ?? 0));
    return count;
  }
}

/** The places, and no other. */
export function bitsAt(length: number, places: Iterable<number>): Bits {
  const bits = new Bits(length);
  for (const place of places) bits.set(place);
  return bits;
}

/** Ones in a word of 32 bits, counted in pairs, fours and eights at once. */
function ones(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
