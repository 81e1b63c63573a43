import { setImmediate } from 'node:timers/promises';
import { Corpus } from './corpus.ts';
import type { Coverage } from './coverage.ts';
import { type Failure, failure, feed } from './feed.ts';
import { minimise } from './minimise.ts';
import { type Material, mutate, withWord } from './mutate.ts';
import type { Random } from './random.ts';
import type { Scratch } from './scratch.ts';
import type { Target } from './target.ts';

/**
 * Processor time of one input from which it counts as slow. The gate reads messages a thousand times as long as an input
 * here, and its event loop may not stand still for longer than this.
 */
export const SLOW_MS = 250;
/** A slow input is read again so often, and the fastest counts: the processor is shared. */
const SLOW_TRIALS = 3;
/** Trials for a slow input, each of which takes its time. */
const SLOW_MINIMISING = 60;

/** Inputs between two takes of the coverage, which costs more than most inputs. */
const BATCH = 16;
/** One batch in so many is measured input by input, for what only counts tell. */
const SINGLY_ONE_IN = 8;
/** One input in so many has the next word of the dictionary in the place of a token: each word gets its turn. */
const WORD_ONE_IN = 3;
/** Ways to fail that are looked at in one run; the rest is likely the same in other words. */
const MOST_FAILURES = 20;

export interface Found {
  readonly input: Buffer;
  readonly failure: Failure;
}

export interface Figures {
  readonly executions: number;
  readonly corpus: number;
  readonly blocks: number;
}

interface Parts {
  readonly target: Target;
  readonly words: readonly Buffer[];
  readonly coverage: Coverage;
  readonly scratch: Scratch;
  readonly random: Random;
  /** Ways to fail that are known already. */
  readonly known: ReadonlySet<string>;
  /** An input reached something new. */
  kept(input: Buffer): void;
  failed(found: Found): void;
}

/** Feeds a target with inputs that come from those which reached something new. */
export class Loop {
  readonly #parts: Parts;
  readonly #corpus = new Corpus();
  readonly #known: Set<string>;
  readonly #material: Material;
  #executions = 0;
  #word = 0;

  constructor(parts: Parts) {
    const { target, words, known } = parts;
    this.#parts = parts;
    this.#known = new Set(known);
    this.#material = {
      words,
      pairs: target.pairs.map(([open, close]) => [Buffer.from(open, 'latin1'), Buffer.from(close, 'latin1')]),
      maxBytes: target.maxBytes,
      other: () => this.#corpus.pick(parts.random),
    };
  }

  get figures(): Figures {
    const { coverage } = this.#parts;
    return { executions: this.#executions, corpus: this.#corpus.size, blocks: coverage.blocks.covered };
  }

  /** Reads the inputs to begin with. */
  async begin(seeds: readonly Buffer[]): Promise<void> {
    this.#parts.coverage.take();
    for (const seed of [Buffer.alloc(0), ...seeds]) await this.#measured(seed);
  }

  /** Reads one batch of new inputs, at most `most`. */
  async step(most: number): Promise<void> {
    const inputs = Array.from({ length: Math.min(BATCH, most) }, () => this.#next());
    if (this.#parts.random.chance(SINGLY_ONE_IN)) {
      for (const input of inputs) await this.#measured(input);
    } else await this.#together(inputs);
    // Messages to the other process go out between batches.
    await setImmediate();
  }

  #next(): Buffer {
    const { random, target, words } = this.#parts;
    const parent = this.#corpus.pick(random);
    const word = random.chance(WORD_ONE_IN) ? words[this.#word++ % words.length] : undefined;
    const input =
      word === undefined
        ? mutate(parent, random, this.#material)
        : withWord(parent, word, random).subarray(0, target.maxBytes);
    return target.repair !== undefined && random.chance(2) ? target.repair(input) : input;
  }

  /** Measures all at once, and each by itself only where one of them ran a block that none ran before. */
  async #together(inputs: readonly Buffer[]): Promise<void> {
    const { coverage } = this.#parts;
    for (const input of inputs) await this.#execute(input);
    const blocks = coverage.blocks;
    const fresh = [...coverage.take()].some((feature) => blocks.ran(feature) && !this.#ranBefore(feature));
    if (fresh) for (const input of inputs) await this.#measured(input);
  }

  #ranBefore(feature: number): boolean {
    const { blocks } = this.#parts.coverage;
    return blocks.ways(feature).some((each) => this.#corpus.has(each));
  }

  async #measured(input: Buffer): Promise<void> {
    await this.#execute(input);
    if (this.#corpus.offer(input, this.#parts.coverage.take())) this.#parts.kept(input);
  }

  async #execute(input: Buffer): Promise<void> {
    this.#executions += 1;
    const found = await this.#tried(input);
    if (found === null || this.#known.has(found.signature) || this.#known.size >= MOST_FAILURES) return;
    this.#known.add(found.signature);
    const again = async (candidate: Buffer) => (await this.#tried(candidate))?.signature === found.signature;
    const smallest = await minimise(input, again, found.kind === 'slow' ? SLOW_MINIMISING : undefined);
    this.#parts.failed({ input: smallest, failure: (await this.#tried(smallest)) ?? found });
    // What ran meanwhile belongs to no input of the corpus.
    this.#parts.coverage.take();
  }

  async #tried(input: Buffer): Promise<Failure | null> {
    const { target, scratch } = this.#parts;
    scratch.begin(input);
    const before = process.cpuUsage();
    const found = await feed(target, input);
    if (found !== null || spent(before) < SLOW_MS) return found;
    return this.#slow(input);
  }

  async #slow(input: Buffer): Promise<Failure | null> {
    const { target, scratch } = this.#parts;
    for (let trial = 0; trial < SLOW_TRIALS; trial++) {
      scratch.begin(input);
      const before = process.cpuUsage();
      await feed(target, input);
      if (spent(before) < SLOW_MS) return null;
    }
    return failure('slow', `takes more than ${SLOW_MS} ms of processor time`, '');
  }
}

function spent(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
