import type { Random } from './random.ts';

/** Of the picks, one in so many is any input; the others are among the newest, which reach what was reached last. */
const ANY_ONE_IN = 2;
const NEWEST = 20;

/** Inputs that reached something new, in the order of their coming, and what was reached. */
export class Corpus {
  readonly #inputs: Buffer[] = [];
  readonly #features = new Set<number>();

  /** Keeps the input where it has features that no other had. */
  offer(input: Buffer, features: ReadonlySet<number>): boolean {
    const before = this.#features.size;
    for (const feature of features) this.#features.add(feature);
    if (this.#features.size === before) return false;
    this.#inputs.push(input);
    return true;
  }

  has(feature: number): boolean {
    return this.#features.has(feature);
  }

  get size(): number {
    return this.#inputs.length;
  }

  pick(random: Random): Buffer {
    const from = random.chance(ANY_ONE_IN) ? 0 : Math.max(0, this.#inputs.length - NEWEST);
    return this.#inputs[from + random.below(this.#inputs.length - from)] ?? Buffer.alloc(0);
  }
}
