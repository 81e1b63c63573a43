import { EvidenceFailure } from '../evidence/evidence.ts';
import type { Reputation, ReputationKey, Standing } from '../reputation/reputation.ts';
import type { FromWorker, StandingsOnWire } from './wire.ts';

/** The gate answers from memory or from one index of a local file; when it takes this long, it is not well. */
export const ANSWER_MS = 2_000;

interface Asked {
  readonly resolve: (standings: ReadonlyMap<ReputationKey, Standing>) => void;
  readonly reject: (failure: EvidenceFailure) => void;
  readonly timer: NodeJS.Timeout;
}

/** What we remember of senders, asked of the thread that keeps it, so that a lookup sees what was observed just before. */
export class RemoteMemory implements Pick<Reputation, 'lookup'> {
  readonly #post: (message: FromWorker) => void;
  readonly #limitMs: number;
  readonly #asked = new Map<number, Asked>();
  #next = 0;

  constructor(post: (message: FromWorker) => void, limitMs = ANSWER_MS) {
    this.#post = post;
    this.#limitMs = limitMs;
  }

  lookup(keys: readonly ReputationKey[], at: Date): Promise<ReadonlyMap<ReputationKey, Standing>> {
    const lookup = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(lookup);
        reject(new EvidenceFailure('timedOut', `the gate gave no answer in ${this.#limitMs} ms`));
      }, this.#limitMs);
      this.#asked.set(lookup, { resolve, reject, timer });
      this.#post({ kind: 'lookup', lookup, keys, at });
    });
  }

  /** The gate's answer. One that comes too late is nobody's. */
  answer(lookup: number, answer: StandingsOnWire): void {
    const asked = this.#asked.get(lookup);
    if (asked === undefined) return;
    this.#asked.delete(lookup);
    clearTimeout(asked.timer);
    if ('standings' in answer) asked.resolve(answer.standings);
    else asked.reject(new EvidenceFailure(answer.reason, answer.detail));
  }
}

/** The gate's side of a lookup. */
export async function standingsFor(
  memory: Pick<Reputation, 'lookup'>,
  keys: readonly ReputationKey[],
  at: Date,
): Promise<StandingsOnWire> {
  try {
    return { standings: await memory.lookup(keys, at) };
  } catch (error) {
    const reason = error instanceof EvidenceFailure ? error.reason : 'error';
    return { reason, detail: error instanceof Error ? error.message : String(error) };
  }
}
