import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/schema.ts';
import { factsOf } from '../../src/evidence/evidence.ts';
import { askedOf } from '../../src/evidence/footprint.ts';
import { figures, type Interval, share } from '../../src/lab/evaluate/interval.ts';
import { ladder, recallAt, thresholdAt } from '../../src/lab/evaluate/ladder.ts';
import type { ReputationKey } from '../../src/reputation/key.ts';
import { openInstruments } from '../../src/service/instruments.ts';
import { JUDGED_FROM } from '../../test/company/clock.ts';
import { type Company, createCompany } from '../../test/company/company.ts';
import { companyConfig, type Judged, peopleFile, replay } from '../../test/company/replay.ts';

export const SEED = 2026;
const RATE = 0.001;

export interface Detection {
  /** Name of the model; null is by rules alone. */
  readonly model: string | null;
  readonly on: DetectionFigures;
  readonly off: DetectionFigures;
  /** What the memory is asked for each message of the last two months, in time order. */
  readonly asked: readonly (readonly ReputationKey[])[];
}

export interface DetectionFigures {
  readonly legitimate: number;
  readonly attacks: number;
  /** Of the attacks, at the threshold that at most one legitimate message in a thousand exceeds; Wilson's limits. */
  readonly recall: Interval;
  /** That threshold: a score. */
  readonly threshold: number;
  /** Limits by bootstrap. */
  readonly auc: Interval;
  /** At the thresholds that ship: attacks that are tagged or held, legitimate messages that are. */
  readonly caught: Interval;
  readonly falsePositives: Interval;
  readonly held: Interval;
  readonly falselyHeld: Interval;
  readonly byWay: Readonly<
    Record<string, { readonly attacks: number; readonly caught: number; readonly aboveThreshold: number }>
  >;
  readonly falseByStory: Readonly<Record<string, number>>;
}

/** The company's mail through the whole detector, with memory and without: the same mail, model, rules and thresholds. */
export async function measureDetection(rulesAlone: boolean, seed = SEED): Promise<Detection> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-memory-'));
  try {
    const company = createCompany(seed);
    const people = join(folder, 'people.csv');
    await writeFile(people, peopleFile(company.cast));
    const config = companyConfig(people, rulesAlone ? null : 'shipped');
    const model = await modelOf(config);
    const off = await judge(company, config, false);
    const on = await judge(company, config, true);
    const asked = on.flatMap(({ decision }) => {
      const footprint = factsOf(decision.evidence.footprint);
      return footprint === null ? [] : [askedOf(footprint)];
    });
    return { model, on: figuresOf(on), off: figuresOf(off), asked };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function judge(company: Company, config: Config, memory: boolean): Promise<Judged[]> {
  return Array.fromAsync(replay(company, config, { memory, judgedFrom: JUDGED_FROM }));
}

/** Throws where the model does not fit, so that nobody takes rules alone for the whole. */
async function modelOf(config: Config): Promise<string | null> {
  const instruments = await openInstruments(config, { reputation: null, resolver: null });
  const id = instruments.detectors.model?.id ?? null;
  await instruments.close();
  return id;
}

const scoreOf = ({ decision }: Judged) => decision.assessment.score;
const isHeld = ({ decision }: Judged) => decision.verdict === 'quarantine' || decision.verdict === 'reject';
const isMarked = ({ decision }: Judged) => decision.verdict !== 'accept';

function figuresOf(rows: readonly Judged[]): DetectionFigures {
  const ham = rows.filter(({ event }) => event.attack === null);
  const attacks = rows.filter(({ event }) => event.attack !== null);
  const steps = ladder({
    ham: Float64Array.from(ham, scoreOf),
    unwanted: Float64Array.from(attacks, scoreOf),
  });
  const threshold = thresholdAt(steps, RATE);
  return {
    legitimate: ham.length,
    attacks: attacks.length,
    recall: shareOf(Math.round(recallAt(steps.counts, RATE) * attacks.length), attacks.length),
    threshold,
    auc: figures([steps]).auc,
    caught: shareOf(attacks.filter(isMarked).length, attacks.length),
    falsePositives: shareOf(ham.filter(isMarked).length, ham.length),
    held: shareOf(attacks.filter(isHeld).length, attacks.length),
    falselyHeld: shareOf(ham.filter(isHeld).length, ham.length),
    byWay: byWay(attacks, threshold),
    falseByStory: falseByStory(ham),
  };
}

function shareOf(count: number, of: number): Interval {
  const found = share(count, of);
  if (found === null) throw new Error('the company has no such mail');
  return found;
}

function byWay(attacks: readonly Judged[], threshold: number): DetectionFigures['byWay'] {
  const ways = Map.groupBy(attacks, ({ event }) => event.attack?.way ?? '');
  return Object.fromEntries(
    [...ways].map(([way, rows]) => [
      way,
      {
        attacks: rows.length,
        caught: rows.filter(isMarked).length,
        aboveThreshold: rows.filter((row) => scoreOf(row) > threshold).length,
      },
    ]),
  );
}

function falseByStory(ham: readonly Judged[]): Record<string, number> {
  const stories = Map.groupBy(ham.filter(isMarked), ({ event }) => event.story);
  return Object.fromEntries([...stories].map(([story, rows]) => [story, rows.length]));
}
