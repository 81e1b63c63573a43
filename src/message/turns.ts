import { setImmediate } from 'node:timers/promises';

/** Work that pauses, at each `yield`, where others may have their turn. What it gives does not depend on the pauses. */
export type Steps<T> = Generator<undefined, T, undefined>;

/**
 * Bytes worked on between two turns of the event loop: the slowest reading here takes 30 ns a byte, so that no stretch is
 * longer than some 30 ms. Nearly all mail is smaller and is read in one go.
 */
export const STRIDE = 1024 * 1024;

/** Does the work, and gives others a turn at each pause. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await setImmediate();
  }
}

/** Adds up small pieces of work, and tells when others are due. */
export class Shift {
  #worked = 0;

  /** True once for each stride of work. */
  due(work: number): boolean {
    this.#worked += work;
    if (this.#worked < STRIDE) return false;
    this.#worked = 0;
    return true;
  }
}
