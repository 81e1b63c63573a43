interface Dated {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Keeps the earliest so many of what it is given, in whatever order that comes; memory is bounded by twice as many. */
export class Earliest<T extends Dated> {
  readonly #most: number;
  #kept: T[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    this.#kept.push(item);
    if (this.#kept.length > 2 * this.#most) this.#kept = this.items();
  }

  /** By time, then by id. */
  items(): T[] {
    return this.#kept.toSorted(byTime).slice(0, this.#most);
  }
}

function byTime(a: Dated, b: Dated): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
