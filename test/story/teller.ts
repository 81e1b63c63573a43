/** One step of the story, as it went. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
  /** What came of it, in words. */
  readonly came: string;
}

/** A step that did not come out as the story wants it. */
export class StoryBroken extends Error {
  override readonly name = 'StoryBroken';
  readonly step: string;

  constructor(step: string, why: string, options?: ErrorOptions) {
    super(`${step}: ${why}`, options);
    this.step = step;
  }
}

/** Runs the steps one after another, takes the time of each, and tells what came of it. */
export class Teller {
  readonly steps: Step[] = [];
  readonly #tell: (step: Step) => void;

  constructor(tell: (step: Step) => void) {
    this.#tell = tell;
  }

  /** What the step gives, `came` in words. Throws StoryBroken where it fails, for whatever reason. */
  async step<T>(name: string, work: () => Promise<T>, came: (result: T) => string): Promise<T> {
    const began = performance.now();
    try {
      const result = await work();
      const step = { name, seconds: (performance.now() - began) / 1_000, came: came(result) };
      this.steps.push(step);
      this.#tell(step);
      return result;
    } catch (error) {
      throw new StoryBroken(name, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}

/** Throws where something is not as the story says. */
export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
