import type { SourceName } from './evidence/evidence.ts';
import { faultPoint } from './faults.ts';

/** A step of inspection, by name. Those of reading and of evidence, the model and the rules can be left out; the others cannot. */
export type StepName =
  | 'parse'
  | 'parse:second-view'
  | 'parse:html'
  | 'parse:attachments'
  | 'parse:qr'
  | `evidence:${SourceName}`
  | 'measure'
  | 'model'
  | 'challengers'
  | 'rules'
  | 'decide';

/** Without these there is no judgement at all. */
const ESSENTIAL: ReadonlySet<StepName> = new Set(['parse', 'measure', 'decide']);

/** Whether inspection can go on without the step. */
export function isOptional(step: StepName): boolean {
  return !ESSENTIAL.has(step);
}

/** Words of a NotRun for a step that was left out. */
export const LEFT_OUT = 'left out: it crashed or hung inspection before';

export interface StepsOptions {
  /** Not taken, since they crashed or hung inspection before. */
  readonly leftOut?: ReadonlySet<StepName>;
  /** Hears which step is under way, innermost first; null is none. */
  readonly onStep?: (step: StepName | null) => void;
}

/** The steps that one message takes: tells where it is, and leaves out what it must not go through again. */
export class Steps {
  readonly leftOut: ReadonlySet<StepName>;
  readonly #about: string | null;
  readonly #onStep: (step: StepName | null) => void;
  readonly #open: StepName[] = [];
  #failure: { readonly error: unknown; readonly step: StepName } | null = null;

  /** `about` is the sender of the envelope, for ordered faults. */
  constructor(about: string | null, { leftOut, onStep }: StepsOptions = {}) {
    this.#about = about;
    this.leftOut = leftOut ?? new Set();
    this.#onStep = onStep ?? (() => undefined);
  }

  /** Takes a step, or gives `instead` where it is left out. */
  async take<T>(step: StepName, work: () => T | Promise<T>, instead: () => T): Promise<T> {
    return this.leftOut.has(step) ? instead() : this.run(step, work);
  }

  /** Takes a step that cannot be left out. */
  async run<T>(step: StepName, work: () => T | Promise<T>): Promise<T> {
    this.#open.push(step);
    this.#onStep(step);
    try {
      faultPoint(`step:${step}`, this.#about);
      return await work();
    } catch (error) {
      if (this.#failure?.error !== error) this.#failure = { error, step };
      throw error;
    } finally {
      this.#open.splice(this.#open.lastIndexOf(step), 1);
      this.#onStep(this.#open.at(-1) ?? null);
    }
  }

  /** The innermost step that threw this error; null where it came from no step. */
  stepOf(error: unknown): StepName | null {
    return this.#failure !== null && this.#failure.error === error ? this.#failure.step : null;
  }
}
