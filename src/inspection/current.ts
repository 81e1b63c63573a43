/** Something that is replaced while it is in use, as inspection is by a reload. */
export interface Closable {
  close(): Promise<void>;
}

/** The one in force. Replaced ones are closed when the last use of them has ended. */
export class Current<T extends Closable> {
  #inForce: T;
  readonly #inUse = new Map<T, number>();

  constructor(first: T) {
    this.#inForce = first;
  }

  get inForce(): T {
    return this.#inForce;
  }

  /** Runs `work` with the one of this moment, which stays open until it is done. */
  async use<R>(work: (inForce: T) => Promise<R>): Promise<R> {
    const used = this.#inForce;
    this.#inUse.set(used, this.#users(used) + 1);
    try {
      return await work(used);
    } finally {
      this.#inUse.set(used, this.#users(used) - 1);
      await this.#closeIfDone(used);
    }
  }

  async replace(next: T): Promise<void> {
    const old = this.#inForce;
    this.#inForce = next;
    await this.#closeIfDone(old);
  }

  async close(): Promise<void> {
    await this.#inForce.close();
  }

  #users(used: T): number {
    return this.#inUse.get(used) ?? 0;
  }

  async #closeIfDone(used: T): Promise<void> {
    if (this.#users(used) > 0) return;
    this.#inUse.delete(used);
    if (used !== this.#inForce) await used.close();
  }
}
