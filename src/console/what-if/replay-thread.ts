import { Worker } from 'node:worker_threads';
import type { RuleTestResult } from '../../detect/rules/test-rules.ts';
import type { ReplayOptions } from '../../lab/replay/replay.ts';
import type { ReplaySummary } from '../../lab/replay/summary.ts';
import type { Scope } from '../../quarantine/scope.ts';
import { RuleRefused } from './refusals.ts';
import { atWritten, type TrialRule } from './trial-rule.ts';

/** What the thread gets. */
export interface ReplayWork extends Omit<ReplayOptions, 'prepare' | 'opened' | 'rescore'> {
  readonly since: Date;
  readonly until: Date;
  readonly scope: Scope;
  readonly rule: TrialRule | null;
  /** Another one reads the ledger anew, however fresh the opened one is. */
  readonly generation?: number;
}

export interface Replayed {
  readonly summary: ReplaySummary;
  /** Of the rule under trial. */
  readonly tests: readonly RuleTestResult[];
}

/** What the thread says: of `problems` the rule is the cause, of `failed` we are. */
export type ReplayAnswer = Replayed | { readonly problems: readonly string[] } | { readonly failed: string };

/** A replay that has taken so long is given up: a month of a busy gate takes seconds. */
const MOST_MS = 60_000;

/** An answer that nobody waits for is awaited so long, since the opened ledger goes with the thread. */
const GRACE_MS = 1_000;

/** As long as an opened ledger is fresh; then its memory is given back. */
const IDLE_MS = 60_000;

/** A newer question of the same person came: nobody waits for this answer. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/**
 * Replays in a thread of its own, so that neither mail nor pages wait for it, one at a time; between questions it keeps the ledger open.
 * The newest question of a person ends the older ones of theirs, which throw Superseded.
 */
export class ReplayDesk {
  readonly #turns = new Map<string, AbortController>();
  #last: Promise<unknown> = Promise.resolve();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #generation = 0;

  /** The next question reads the ledger anew: after a change one wants to see what it does. */
  forget(): void {
    this.#generation += 1;
  }

  /** Throws RuleRefused for a rule that does not load beside the others. */
  async replay(person: string, work: ReplayWork): Promise<Replayed> {
    this.#turns.get(person)?.abort(new Superseded('a newer question came'));
    const stop = new AbortController();
    this.#turns.set(person, stop);
    const turn = this.#last.then(() => this.#ask(work, stop.signal));
    this.#last = turn.catch(() => undefined);
    try {
      const answer = await Promise.race([turn, aborted(stop.signal)]);
      if ('failed' in answer) throw new Error(`the thread of the replay failed: ${answer.failed}`);
      if ('problems' in answer)
        throw new RuleRefused(answer.problems.map((one) => atWritten(one, work.rule?.linesBefore ?? 0)));
      return answer;
    } finally {
      if (this.#turns.get(person) === stop) this.#turns.delete(person);
    }
  }

  async #ask(work: ReplayWork, stop: AbortSignal): Promise<ReplayAnswer> {
    stop.throwIfAborted();
    const worker = this.#take();
    const { promise, resolve, reject } = Promise.withResolvers<ReplayAnswer>();
    const given = setTimeout(() => reject(new Error('the replay took too long, and was given up')), MOST_MS);
    const superseded = () => setTimeout(() => reject(stop.reason), GRACE_MS);
    const ended = () => reject(new Error('the thread of the replay ended without an answer'));
    stop.addEventListener('abort', superseded, { once: true });
    worker.once('message', resolve).once('error', reject).once('exit', ended);
    try {
      worker.postMessage({ ...work, generation: this.#generation });
      const answer = await promise;
      this.#keep(worker);
      return answer;
    } catch (error) {
      this.#worker = null;
      await worker.terminate();
      throw error;
    } finally {
      clearTimeout(given);
      stop.removeEventListener('abort', superseded);
      worker.off('message', resolve).off('error', reject).off('exit', ended);
    }
  }

  #take(): Worker {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    worker.ref();
    return worker;
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./thread${import.meta.url.slice(-3)}`, import.meta.url));
    const gone = () => {
      if (this.#worker === worker) this.#worker = null;
    };
    // Between questions nobody else listens, and an error that nobody hears ends the whole process.
    return worker.on('error', gone).on('exit', gone);
  }

  #keep(worker: Worker): void {
    worker.unref();
    this.#idle = setTimeout(() => {
      this.#worker = null;
      void worker.terminate();
    }, IDLE_MS).unref();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
