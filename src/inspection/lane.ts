import type { Config, InspectionConfig } from '../config/schema.ts';
import type { Decision } from '../decision.ts';
import type { Mail } from '../mail/mail.ts';
import type { Reputation } from '../reputation/reputation.ts';
import type { StepName } from '../steps.ts';
import { standingsFor } from './remote-memory.ts';
import type { End, OpenVessel, Vessel } from './vessel.ts';
import { type FromWorker, toWire } from './wire.ts';

/** Why a worker ended; the label of `postern_inspection_restarts_total`. */
export type DeathReason = End['reason'] | 'hang' | 'timeout';

export interface Death {
  readonly reason: DeathReason;
  readonly detail: string;
  /** Where it was; null where only one of several messages, or none, can have been there. */
  readonly step: StepName | null;
  /** How many messages were inside. */
  readonly messages: number;
  /** False where it ended before it could take mail. */
  readonly wasReady: boolean;
}

/** What came of handing a message to a worker. */
export type Answer =
  | { readonly kind: 'decided'; readonly decision: Decision }
  /** A step threw; null where no step did (the content cannot be read, say). */
  | { readonly kind: 'failed'; readonly step: StepName | null; readonly detail: string }
  /** The worker ended while this message, and perhaps others, were inside. */
  | ({ readonly kind: 'died' } & Death);

export interface Readiness {
  /** Id of the model; null where there is none. */
  readonly model: string | null;
  /** Why there is none, where the configuration allows that. */
  readonly degraded: string | null;
}

export interface LaneOptions {
  readonly config: Config;
  /** Asked for the worker; null judges without memory. */
  readonly memory: Pick<Reputation, 'lookup'> | null;
  readonly open: OpenVessel;
}

/** Looks without any sign of life after which a worker hangs. Counted in looks, not in time: a gate that was held up itself looks once. */
const LOOKS = 4;
/** Loading rules, lists and the model takes a second or two; on a machine that is busy, ten times as long. */
const START_MS = 60_000;

interface Inside {
  readonly settle: (answer: Answer) => void;
  readonly timer: NodeJS.Timeout;
}

/** One worker, thread or process, from the outside: mails go in, answers come out, and it is ended when it hangs. */
export class Lane {
  readonly #settings: InspectionConfig;
  readonly #memory: LaneOptions['memory'];
  readonly #vessel: Vessel;
  readonly #inside = new Map<number, Inside>();
  readonly #ready = Promise.withResolvers<Readiness>();
  readonly #died = Promise.withResolvers<Death>();
  readonly #watch: NodeJS.Timeout;
  readonly #startTimer: NodeJS.Timeout;
  #isReady = false;
  #isOver = false;
  #verdict: Pick<Death, 'reason' | 'detail'> | null = null;
  #step: StepName | null = null;
  #next = 0;
  #beats = 0;
  #silentLooks = 0;

  constructor({ config, memory, open }: LaneOptions) {
    this.#settings = config.inspection;
    this.#memory = memory;
    const lookMs = Math.max(1, config.inspection.stallMs / LOOKS);
    this.#vessel = open(config, Math.max(1, lookMs / 2), {
      onMessage: (message) => this.#hear(message),
      onEnd: (end) => this.#end(end),
    });
    this.#watch = setInterval(() => this.#look(), lookMs).unref();
    this.#startTimer = setTimeout(
      () => this.#kill('hang', `not ready after ${START_MS} ms`),
      START_MS,
    ).unref();
    // Whoever is interested asks for it; a lane that dies before anybody did is no unhandled rejection.
    this.#ready.promise.catch(() => undefined);
  }

  /** Resolves when it can take mail, rejects where it ended before. */
  get ready(): Promise<Readiness> {
    return this.#ready.promise;
  }

  /** Resolves when it is gone, or given up. */
  get died(): Promise<Death> {
    return this.#died.promise;
  }

  get isReady(): boolean {
    return this.#isReady && !this.#isOver;
  }

  /** Messages inside. */
  get busy(): number {
    return this.#inside.size;
  }

  /** Hands a message over. Rejects only where its content cannot be read. */
  async run(mail: Mail, leftOut: readonly StepName[] = []): Promise<Answer> {
    const job = this.#next++;
    const { promise, resolve: settle } = Promise.withResolvers<Answer>();
    const limit = this.#settings.messageTimeoutMs;
    const timer = setTimeout(() => this.#kill('timeout', `a message took over ${limit} ms`), limit);
    if (this.#inside.size === 0) this.#silentLooks = 0;
    // Counted as inside before the first await: whoever chooses the least busy lane sees it.
    this.#inside.set(job, { settle, timer });
    try {
      const wired = await toWire(mail);
      if (!this.#isOver) this.#vessel.post({ kind: 'inspect', job, mail: wired, leftOut });
    } catch (error) {
      this.#settle(job, { kind: 'failed', step: null, detail: messageOf(error) });
    }
    return promise;
  }

  /** Ends it. Messages inside are not to blame for that. */
  async close(): Promise<void> {
    const closing: Answer = { kind: 'failed', step: null, detail: 'inspection is closing' };
    for (const job of [...this.#inside.keys()]) this.#settle(job, closing);
    this.#over({ reason: 'crash', detail: 'closed', step: null });
    await this.#vessel.kill();
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        clearTimeout(this.#startTimer);
        this.#isReady = true;
        this.#ready.resolve({ model: message.model, degraded: message.degraded });
        break;
      case 'decided':
        this.#settle(message.job, { kind: 'decided', decision: message.decision });
        break;
      case 'failed':
        this.#settle(message.job, { kind: 'failed', step: message.step, detail: message.detail });
        break;
      case 'lookup':
        void this.#lookUp(message);
        break;
      case 'step':
        this.#step = message.step;
        break;
      case 'beat':
        break;
    }
  }

  async #lookUp({ lookup, keys, at }: FromWorker & { kind: 'lookup' }): Promise<void> {
    const answer =
      this.#memory === null ? { standings: new Map() } : await standingsFor(this.#memory, keys, at);
    if (!this.#isOver) this.#vessel.post({ kind: 'standings', lookup, answer });
  }

  #settle(job: number, answer: Answer): void {
    const inside = this.#inside.get(job);
    if (inside === undefined) return;
    this.#inside.delete(job);
    clearTimeout(inside.timer);
    inside.settle(answer);
  }

  #look(): void {
    const beats = this.#vessel.beats();
    this.#silentLooks = this.#inside.size > 0 && beats === this.#beats ? this.#silentLooks + 1 : 0;
    this.#beats = beats;
    if (this.#silentLooks >= LOOKS) this.#kill('hang', `no sign of life for ${this.#settings.stallMs} ms`);
  }

  #kill(reason: 'hang' | 'timeout', detail: string): void {
    this.#verdict = { reason, detail };
    // Not waited for: a thread that is stuck in native code never ends, and its messages must go on all the same.
    void this.#vessel.kill();
    this.#over({ reason, detail, step: this.#step });
  }

  #end(end: End): void {
    this.#over({ ...(this.#verdict ?? end), step: this.#step });
  }

  #over(cause: Pick<Death, 'reason' | 'detail' | 'step'>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const death: Death = { ...cause, messages: this.#inside.size, wasReady: this.#isReady };
    clearInterval(this.#watch);
    clearTimeout(this.#startTimer);
    this.#ready.reject(new Error(`an inspection worker did not start: ${death.detail}`));
    for (const job of [...this.#inside.keys()]) this.#settle(job, { kind: 'died', ...death });
    this.#died.resolve(death);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
