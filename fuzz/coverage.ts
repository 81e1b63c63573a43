import { type Profiler, Session } from 'node:inspector';
import { BlockMap } from './block-map.ts';

/**
 * V8's precise block coverage of the files below some folders, taken in steps: each take tells what ran since the one
 * before. A take costs about a millisecond, whatever ran.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #folders: readonly string[];
  readonly #blocks = new BlockMap();

  /** `folders` as file URLs. Code that is loaded before this runs has no blocks, only functions. */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What ran since the last take, as features: a place in the code and, roughly, how often. */
  take(): Set<number> {
    const features = new Set<number>();
    for (const script of this.#taken()) {
      if (!this.#folders.some((folder) => script.url.startsWith(folder))) continue;
      for (const { ranges } of script.functions) this.#blocks.read(script.url, ranges, features);
    }
    return features;
  }

  get blocks(): BlockMap {
    return this.#blocks;
  }

  #taken(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = [];
    // In the same thread the answer comes before post() returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      taken = answer.result;
    });
    return taken;
  }
}
