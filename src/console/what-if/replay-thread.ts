import { Worker } from 'node:worker_threads';
import type { ReplayOptions } from '../../lab/replay/replay.ts';
import type { ReplaySummary } from '../../lab/replay/summary.ts';
import type { Scope } from '../../quarantine/scope.ts';

/** What a thread gets. */
export type ReplayWork = Omit<ReplayOptions, 'prepare' | 'rescore'> & { readonly scope: Scope };

/** A replay that has taken so long is given up: a month of a busy gate takes seconds. */
const MOST_MS = 60_000;

/** A newer question of the same person came: nobody waits for this answer. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

interface Turn {
  cancel: () => void;
}

/**
 * Replays in a thread of its own, so that neither mail nor pages wait for it; one at a time. The newest question of a person ends the
 * older ones of theirs, which throw Superseded.
 */
export class ReplayDesk {
  readonly #turns = new Map<string, Turn>();
  #last: Promise<unknown> = Promise.resolve();

  async replay(person: string, work: ReplayWork): Promise<ReplaySummary> {
    this.#turns.get(person)?.cancel();
    const stop = new AbortController();
    const turn: Turn = { cancel: () => stop.abort(new Superseded('a newer question came')) };
    this.#turns.set(person, turn);
    const answer = this.#last.then(() => inThread(work, stop.signal));
    this.#last = answer.catch(() => undefined);
    try {
      return await answer;
    } finally {
      if (this.#turns.get(person) === turn) this.#turns.delete(person);
    }
  }
}

async function inThread(work: ReplayWork, stop: AbortSignal): Promise<ReplaySummary> {
  stop.throwIfAborted();
  const ended = AbortSignal.any([stop, AbortSignal.timeout(MOST_MS)]);
  const worker = new Worker(new URL(`./thread${import.meta.url.slice(-3)}`, import.meta.url), {
    workerData: work,
  });
  try {
    return await new Promise<ReplaySummary>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the thread of the replay ended without an answer')));
      ended.addEventListener('abort', () => reject(ended.reason), { once: true });
    });
  } finally {
    await worker.terminate();
  }
}
