/** Random numbers that a seed decides (xorshift32 over a mixed seed): the same seed, the same run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Mixed, so that neighbouring seeds begin far apart; zero would stay zero for ever.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }

  /** A whole number from 0 to `limit` - 1; 0 where limit is below 1. */
  below(limit: number): number {
    return limit < 1 ? 0 : this.next() % limit;
  }

  /** Small numbers more often than great ones, each below `limit`. */
  small(limit: number): number {
    return this.below(1 + this.below(limit));
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }
}
