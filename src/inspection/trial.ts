import type { Mail } from '../mail/mail.ts';
import type { StepName } from '../steps.ts';
import { type Answer, Lane, type LaneOptions } from './lane.ts';

export type TrialAnswer =
  | Answer
  /** `leftOut` wanted no trial. */
  | { readonly kind: 'notTried' }
  /** It did not come to it: no process, or no turn in time. The message is not to blame. */
  | { readonly kind: 'unavailable'; readonly detail: string };

/** An attack comes in bursts: the process stays for the next message, and goes when the burst is over. */
const IDLE_MS = 60_000;

/** Where messages are tried alone, one after the other, in a process that nothing else depends on. Started with the first. */
export class Trial {
  readonly #options: LaneOptions;
  readonly #idleMs: number;
  #lane: Lane | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: LaneOptions, idleMs = IDLE_MS) {
    this.#options = options;
    this.#idleMs = idleMs;
  }

  /**
   * Tries a message when its turn comes; `leftOut` is asked then, since the same message may have been tried meanwhile (null: then it is not tried). A
   * turn that does not come within the time for one message is given up.
   */
  run(mail: Mail, leftOut: () => readonly StepName[] | null): Promise<TrialAnswer> {
    const { messageTimeoutMs } = this.#options.config.inspection;
    return new Promise((resolve) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        resolve({ kind: 'unavailable', detail: `no turn within ${messageTimeoutMs} ms` });
      }, messageTimeoutMs);
      this.#tail = this.#tail.then(async () => {
        clearTimeout(timer);
        if (!isLate) resolve(await this.#try(mail, leftOut()));
      });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #try(mail: Mail, leftOut: readonly StepName[] | null): Promise<TrialAnswer> {
    if (this.#isClosed) return { kind: 'unavailable', detail: 'inspection is closing' };
    if (leftOut === null) return { kind: 'notTried' };
    clearTimeout(this.#idle);
    try {
      const lane = this.#open();
      await lane.ready;
      const answer = await lane.run(mail, leftOut);
      this.#idle = setTimeout(() => void this.#end(), this.#idleMs).unref();
      return answer;
    } catch (error) {
      return { kind: 'unavailable', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  #open(): Lane {
    if (this.#lane !== null) return this.#lane;
    const lane = new Lane(this.#options);
    this.#lane = lane;
    void lane.died.then(() => {
      if (this.#lane === lane) this.#lane = null;
    });
    return lane;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const lane = this.#lane;
    this.#lane = null;
    await lane?.close();
  }
}
