import type { OpenInstruments } from './instruments.ts';

/** The instruments in force. Replaced ones are closed when the last inspection that uses them has ended. */
export class CurrentInstruments {
  #inForce: OpenInstruments;
  readonly #inUse = new Map<OpenInstruments, number>();

  constructor(instruments: OpenInstruments) {
    this.#inForce = instruments;
  }

  get inForce(): OpenInstruments {
    return this.#inForce;
  }

  /** Runs `work` with the instruments of this moment, which stay open until it is done. */
  async use<T>(work: (instruments: OpenInstruments) => Promise<T>): Promise<T> {
    const instruments = this.#inForce;
    this.#inUse.set(instruments, this.#users(instruments) + 1);
    try {
      return await work(instruments);
    } finally {
      this.#inUse.set(instruments, this.#users(instruments) - 1);
      await this.#closeIfDone(instruments);
    }
  }

  async replace(next: OpenInstruments): Promise<void> {
    const old = this.#inForce;
    this.#inForce = next;
    await this.#closeIfDone(old);
  }

  async close(): Promise<void> {
    await this.#inForce.close();
  }

  #users(instruments: OpenInstruments): number {
    return this.#inUse.get(instruments) ?? 0;
  }

  async #closeIfDone(instruments: OpenInstruments): Promise<void> {
    if (this.#users(instruments) > 0) return;
    this.#inUse.delete(instruments);
    if (instruments !== this.#inForce) await instruments.close();
  }
}
