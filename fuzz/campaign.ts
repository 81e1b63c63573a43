import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from './feed.ts';
import type { Job, Report } from './job.ts';
import type { Figures, Found } from './loop.ts';
import { minimise } from './minimise.ts';
import { runWatched } from './watched.ts';

/** Trials to make an input shorter that ends the process: each starts one anew, and a hang takes its whole time. */
const TRIALS = 12;
/** After so many ends of the process a run is over: nobody reads more of them at once. */
const MOST_ENDS = 5;

export interface CampaignOptions {
  /** File URL of the module with the target. */
  readonly module: string;
  readonly seed: number;
  readonly seeds: readonly Buffer[];
  readonly milliseconds: number;
  /** Inputs after which to end. */
  readonly most: number;
  readonly hangMs?: number;
  readonly trials?: number;
  readonly mostEnds?: number;
}

export interface Outcome extends Figures {
  readonly found: readonly Found[];
  readonly milliseconds: number;
}

/** Feeds a target until time or inputs are used up; a process that ends before its time is replaced. */
export async function campaign(
  options: CampaignOptions,
  onFigures: (figures: Figures) => void = () => {},
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-fuzz-'));
  try {
    return await new Campaign(options, join(folder, 'input'), onFigures).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #scratch: string;
  readonly #onFigures: (figures: Figures) => void;
  readonly #inputs = new Map<string, Uint8Array>();
  readonly #found: Found[] = [];
  #before = 0;
  #figures: Figures = { executions: 0, corpus: 0, blocks: 0 };

  constructor(options: CampaignOptions, scratch: string, onFigures: (figures: Figures) => void) {
    this.#options = options;
    this.#scratch = scratch;
    this.#onFigures = onFigures;
    for (const seed of options.seeds) this.#keep(seed);
  }

  async run(): Promise<Outcome> {
    const begun = Date.now();
    const until = begun + this.#options.milliseconds;
    for (let ends = 0; ends < (this.#options.mostEnds ?? MOST_ENDS) && Date.now() < until; ends++) {
      const left = this.#options.most - this.#before;
      if (left <= 0) break;
      const { figures, end } = await this.#once(
        this.#job('fuzz', [...this.#inputs.values()], ends, left, until),
      );
      this.#count(figures);
      this.#before += figures.executions;
      if (end === null) break;
      // What was kept may hold the input that ends the process, and would end the next one at once.
      this.#inputs.delete(end.input.toString('latin1'));
      this.#found.push(await this.#smallest(end));
    }
    return { ...this.#figures, found: this.#found, milliseconds: Date.now() - begun };
  }

  #job(mode: Job['mode'], seeds: readonly Uint8Array[], restarts: number, most: number, until: number): Job {
    const known = this.#found.map(({ failure }) => failure.signature);
    const { module, seed } = this.#options;
    return { module, mode, seed: seed + restarts, seeds, known, most, until, scratch: this.#scratch };
  }

  #once(job: Job) {
    writeFileSync(this.#scratch, '');
    const listen = (report: Report) => {
      if (report.kind === 'kept') this.#keep(report.input);
      if (report.kind === 'failed') this.#found.push(report.found);
      if (report.kind === 'figures') this.#onFigures(this.#count(report.figures));
    };
    return runWatched(job, job.mode === 'fuzz' ? listen : () => {}, this.#options.hangMs);
  }

  #keep(input: Uint8Array): void {
    this.#inputs.set(Buffer.from(input).toString('latin1'), input);
  }

  #count({ executions, corpus, blocks }: Figures): Figures {
    this.#figures = {
      executions: this.#before + executions,
      corpus: Math.max(this.#figures.corpus, corpus),
      blocks: Math.max(this.#figures.blocks, blocks),
    };
    return this.#figures;
  }

  async #smallest(end: { readonly input: Buffer; readonly failure: Failure }): Promise<Found> {
    const fails = async (candidate: Buffer) => {
      const again = await this.#once(this.#job('once', [candidate], 0, 0, 0));
      return again.end?.failure.signature === end.failure.signature;
    };
    if (!(await fails(end.input))) {
      const message = `${end.failure.message}; this input alone does not do it again`;
      return { input: end.input, failure: { ...end.failure, message } };
    }
    return { input: await minimise(end.input, fails, this.#options.trials ?? TRIALS), failure: end.failure };
  }
}
