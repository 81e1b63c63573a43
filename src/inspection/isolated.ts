import type { Config } from '../config/schema.ts';
import type { Decision } from '../decision.ts';
import { SCHEMA_HASH } from '../detect/features/schema.ts';
import type { Mail } from '../mail/mail.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createPolicy, type Policy } from '../policy/decide.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { isOptional, type StepName } from '../steps.ts';
import { digestOf } from './digest.ts';
import { inspectionFailed } from './inspection-failed.ts';
import type { Journal } from './journal.ts';
import type { Answer, Death, Readiness } from './lane.ts';
import { Pool } from './pool.ts';
import type { Suspects, Suspicion } from './suspects.ts';
import { Trial } from './trial.ts';
import { unjudged } from './unjudged.ts';
import { openProcess, openThread } from './vessel.ts';

export interface IsolatedParts {
  /** Null judges without memory. */
  readonly memory: Pick<Reputation, 'lookup'> | null;
  readonly suspects: Suspects;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Every optional step once is more than any message has shown; a message that fails so often is not tried again. */
export const MAX_FAILURES = 3;

/**
 * Inspection by one configuration, where a message cannot stop others: threads do the work; messages that were inside
 * when one ended are tried alone in a process; one that ends that, too, is answered 451, and when it comes again it is
 * judged without the step that it failed in.
 */
export class IsolatedInspection {
  readonly #config: Config;
  readonly #parts: IsolatedParts;
  readonly #policy: Policy;
  readonly #pool: Pool;
  readonly #trial: Trial;
  readonly readiness: Readiness;

  private constructor(config: Config, parts: IsolatedParts, pool: Pool, readiness: Readiness) {
    this.#config = config;
    this.#parts = parts;
    this.#policy = createPolicy(config.policy, { featureSchema: SCHEMA_HASH });
    this.#pool = pool;
    this.#trial = new Trial({ config, memory: parts.memory, open: openProcess });
    this.readiness = readiness;
  }

  /** Rejects where no worker can be started: a list, a rule or the model cannot be used. */
  static async open(config: Config, workers: number, parts: IsolatedParts): Promise<IsolatedInspection> {
    const { memory, log, metrics } = parts;
    const onDeath = ({ reason, detail, messages }: Death) => {
      metrics.inspectionRestarts.inc({ reason });
      log.error({ reason, detail, messages }, 'an inspection worker ended and is replaced');
    };
    const { pool, readiness } = await Pool.open({ config, workers, memory, open: openThread, onDeath });
    return new IsolatedInspection(config, parts, pool, readiness);
  }

  get workers(): { readonly ready: number; readonly busy: number } {
    return this.#pool.workers;
  }

  /** Rejects with a GateError where the sender must come again. */
  async inspect(mail: Mail): Promise<Decision> {
    const digest = await digestOf(mail.content);
    if (this.#parts.suspects.get(digest) !== null) return this.#tryAlone(mail, digest);
    const answer = await this.#amongOthers(mail, digest);
    if (answer.kind === 'decided') return answer.decision;
    if (answer.kind === 'failed' && answer.step === null) throw new Error(answer.detail);
    return this.#tryAlone(mail, digest);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#trial.close()]);
  }

  async #amongOthers(mail: Mail, digest: string): Promise<Answer> {
    const strikeOut = this.#parts.journal.enter(digest);
    try {
      return await this.#pool.run(mail);
    } finally {
      strikeOut();
    }
  }

  async #tryAlone(mail: Mail, digest: string): Promise<Decision> {
    const { log, metrics, suspects } = this.#parts;
    // As it stands when the turn of this message comes: a copy of it may have been tried before.
    let leftOut: readonly StepName[] = [];
    const answer = await this.#trial.run(mail, () => {
      const suspicion = suspects.get(digest);
      leftOut = suspicion?.steps ?? [];
      return isHopeless(suspicion) ? null : leftOut;
    });
    const outcome = (name: string) => metrics.inspectionSuspects.inc({ outcome: name });
    switch (answer.kind) {
      case 'notTried':
        outcome('unjudged');
        log.warn({ id: mail.id, steps: leftOut }, 'decided without inspection');
        return unjudged(mail, this.#policy, this.#config.failures.inspection);
      case 'decided':
        return this.#acquitted(mail, digest, leftOut, answer.decision);
      case 'unavailable':
        suspects.suspect([digest]);
        outcome('deferred');
        throw inspectionFailed(`not tried alone: ${answer.detail}`);
      case 'failed':
        if (answer.step === null) throw new Error(answer.detail);
        throw this.#blamed(mail, digest, answer.step, `threw: ${answer.detail}`);
      case 'died':
        throw this.#blamed(mail, digest, answer.step, `${answer.reason}: ${answer.detail}`);
    }
  }

  #acquitted(mail: Mail, digest: string, leftOut: readonly StepName[], decision: Decision): Decision {
    const { log, metrics, suspects } = this.#parts;
    if (leftOut.length === 0) {
      suspects.clear(digest);
      metrics.inspectionSuspects.inc({ outcome: 'cleared' });
    } else {
      metrics.inspectionSuspects.inc({ outcome: 'left_out' });
      log.warn({ id: mail.id, leftOut }, 'judged without the steps that crashed or hung before');
    }
    return decision;
  }

  #blamed(mail: Mail, digest: string, step: StepName | null, detail: string): Error {
    const { log, metrics, suspects } = this.#parts;
    const { failures } = suspects.blame(digest, step);
    metrics.inspectionSuspects.inc({ outcome: 'blamed' });
    log.error({ id: mail.id, step, detail, failures }, 'a message crashed or hung inspection');
    return inspectionFailed(`step ${step ?? 'unknown'}: ${detail}`);
  }
}

/** A step failed without which there is no judgement, or leaving out did not help. */
function isHopeless(suspicion: Suspicion | null): boolean {
  if (suspicion === null) return false;
  return suspicion.failures >= MAX_FAILURES || !suspicion.steps.every(isOptional);
}
