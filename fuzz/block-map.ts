/** Part of a function and how often it ran; the first of a list is the function itself, others lie in it, outer ones first. */
export interface CountedRange {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface KnownFunction {
  /** Places where a block begins or ends, to their ids. */
  readonly points: Map<number, number>;
}

/** Counts up to these, in classes: that a loop ran twice is news, that it ran 101 times instead of 100 is none. */
const CLASSES = [0, 1, 2, 3, 7, 15, 31, 127];

/**
 * Block counts → features. V8 leaves out a block that ran as often as what it lies in, so that the list alone does not tell
 * "always" from "never seen": each place where a block was ever seen to begin or end is kept, and looked up in every list.
 */
export class BlockMap {
  readonly #functions = new Map<string, KnownFunction>();
  readonly #covered = new Set<number>();
  #points = 0;

  /** Adds the features of one function that ran to `into`. */
  read(script: string, ranges: readonly CountedRange[], into: Set<number>): void {
    const whole = ranges[0];
    if (whole === undefined || ranges.every(({ count }) => count === 0)) return;
    const known = this.#function(`${script}:${whole.startOffset}:${whole.endOffset}`);
    for (const { startOffset, endOffset } of ranges) {
      this.#learn(known, startOffset);
      if (endOffset !== whole.endOffset) this.#learn(known, endOffset);
    }
    for (const [point, id] of known.points) {
      const count = countAt(ranges, point);
      if (count > 0) this.#covered.add(id);
      into.add(id * (CLASSES.length + 1) + classOf(count));
    }
  }

  /** Blocks that ran at least once. */
  get covered(): number {
    return this.#covered.size;
  }

  /** Whether a feature says that its block ran at all. */
  ran(feature: number): boolean {
    return feature % (CLASSES.length + 1) !== 0;
  }

  /** The features that say that the block of this one ran, however often. */
  ways(feature: number): number[] {
    const block = feature - (feature % (CLASSES.length + 1));
    return CLASSES.map((_, at) => block + at + 1);
  }

  #function(key: string): KnownFunction {
    const known = this.#functions.get(key) ?? { points: new Map<number, number>() };
    this.#functions.set(key, known);
    return known;
  }

  #learn({ points }: KnownFunction, point: number): void {
    if (!points.has(point)) points.set(point, this.#points++);
  }
}

/** Inner ranges come after the ones they lie in, so that the last that fits is the innermost. */
function countAt(ranges: readonly CountedRange[], point: number): number {
  return ranges.findLast((range) => range.startOffset <= point && point < range.endOffset)?.count ?? 0;
}

function classOf(count: number): number {
  const at = CLASSES.findIndex((most) => count <= most);
  return at === -1 ? CLASSES.length : at;
}
