import { EventEmitter, once } from 'node:events';

/** How one load of the configuration ended. */
export interface Reload {
  readonly at: Date;
  /** In the words of what refused it; null where it was taken over. */
  readonly refused: string | null;
}

/** Tells how the last load of the configuration ended, to whom it concerns beside the log. */
export class Reloads {
  readonly #heard = new EventEmitter();
  #last: Reload | null = null;

  /** Null: there was none since the start. */
  get last(): Reload | null {
    return this.#last;
  }

  tell(error: unknown = null): void {
    const refused = error === null ? null : error instanceof Error ? error.message : String(error);
    this.#last = { at: new Date(), refused };
    this.#heard.emit('reload');
  }

  /** The load that came after `before`, now or within this time; null where none did. */
  async after(before: Reload | null, milliseconds: number): Promise<Reload | null> {
    if (this.#last !== before) return this.#last;
    const signal = AbortSignal.timeout(Math.ceil(milliseconds));
    await once(this.#heard, 'reload', { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return this.#last === before ? null : this.#last;
  }
}
