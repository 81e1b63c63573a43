import { StatusConflict } from '../../detect/experiments/effective.ts';
import { ExperimentsMistake, readExperiments, type StatusChange } from '../../detect/experiments/file.ts';
import { parseStatus, StatusMistake } from '../../detect/experiments/status.ts';
import { measure } from '../../lab/data/metrics.ts';
import { type Interval, share } from '../../lab/evaluate/interval.ts';
import { openLineage } from '../../lab/lineage/open.ts';
import { type Lineage, lineagesNamed } from '../../lab/lineage/tree.ts';
import type { AuditRecord } from '../../ledger/record.ts';
import { changeStatus, rollBack } from '../../service/change-status.ts';
import { needWhole, scopeWithin } from '../efficacy/allowed.ts';
import { type Computed, ledgerDesk } from '../efficacy/ledger-desk.ts';
import { asked, type Mistaken, type MistakenRow, mistakenOf } from '../efficacy/operations.ts';
import { daysOf } from '../efficacy/report.ts';
import type { ConsoleParts } from '../parts.ts';
import type { Principal } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { type Detector, detectorsOf } from './known.ts';
import { COMPARED, HIT_LATELY, HITS_BY_DAY, MODELS_BY_DAY } from './queries.ts';

/** Days of the small lines, and of the figures beside them. */
export const DETECTOR_DAYS = 30;

/** Where a policy neither tags nor holds: as likely as not. */
const EVEN = 0.5;

/** Reasons stand in the audit trail. */
const MOST_REASON = 500;

export interface DetectorFigures {
  /** For each day of `days`. */
  readonly hits: readonly number[];
  readonly labelled: number;
  readonly precision: Interval | null;
}

export interface Watched {
  readonly watcher: string;
  readonly messages: number;
  readonly agreement: Interval | null;
  readonly watcherCaught: Interval | null;
  readonly activeCaught: Interval | null;
  readonly watcherWrong: Interval | null;
  readonly activeWrong: Interval | null;
}

export interface AllFigures {
  readonly days: readonly string[];
  readonly byDetector: Readonly<Record<string, DetectorFigures>>;
  readonly watched: readonly Watched[];
}

export interface DetectorList {
  readonly detectors: readonly Detector[];
  readonly figures: Computed<AllFigures>;
}

/** Every rule and model with its figures in the mail that the principal sees. Throws Refusal. */
export async function listDetectors(parts: ConsoleParts, principal: Principal): Promise<DetectorList> {
  const scope = scopeWithin(principal, null);
  const config = parts.config();
  const { tag, quarantine } = config.policy.default;
  const threshold = tag ?? quarantine ?? EVEN;
  const figures = await asked(() =>
    ledgerDesk(parts).answer({
      name: 'detectors',
      details: [threshold],
      days: DETECTOR_DAYS,
      scope,
      ask: async (data, span) => {
        const days = daysOf(span);
        const rules = await data.query<DayRow>(HITS_BY_DAY);
        const models = await data.query<DayRow>(MODELS_BY_DAY, { threshold });
        const precision = await measure(data, 'detector_precision');
        const labelled = precision.map((row) => ({
          detector: String(row.detector),
          day: '',
          hits: 0,
          labelled: Number(row.labelled),
          correct: Number(row.correct),
        }));
        const rows = [
          ...rules,
          ...labelled.filter(({ detector }) => detector.startsWith('rule:')),
          ...models,
        ];
        const watched = await data.query<WatchedRow>(COMPARED, { threshold });
        return { days, byDetector: figuresOf(days, rows), watched: watched.map(watchedOf) };
      },
    }),
  );
  return { detectors: await detectorsOf(config), figures };
}

interface DayRow {
  readonly detector: string;
  readonly day: string;
  readonly hits: number;
  readonly labelled?: number;
  readonly correct?: number;
}

function figuresOf(days: readonly string[], rows: readonly DayRow[]): Record<string, DetectorFigures> {
  const all = [...Map.groupBy(rows, ({ detector }) => detector)].map(([detector, of]) => {
    const sum = (key: 'labelled' | 'correct') => of.reduce((total, row) => total + (row[key] ?? 0), 0);
    const hits = days.map((day) => of.find((row) => row.day === day)?.hits ?? 0);
    return [detector, { hits, labelled: sum('labelled'), precision: share(sum('correct'), sum('labelled')) }];
  });
  return Object.fromEntries(all);
}

interface WatchedRow {
  readonly watcher: string;
  readonly messages: number;
  readonly same: number;
  readonly unwanted: number;
  readonly legitimate: number;
  readonly watcher_caught: number;
  readonly active_caught: number;
  readonly watcher_wrong: number;
  readonly active_wrong: number;
}

function watchedOf(row: WatchedRow): Watched {
  return {
    watcher: row.watcher,
    messages: row.messages,
    agreement: share(row.same, row.messages),
    watcherCaught: share(row.watcher_caught, row.unwanted),
    activeCaught: share(row.active_caught, row.unwanted),
    watcherWrong: share(row.watcher_wrong, row.legitimate),
    activeWrong: share(row.active_wrong, row.legitimate),
  };
}

export interface DetectorDetail extends DetectorList {
  readonly detector: Detector;
  /** The latest messages in scope on which it spoke. */
  readonly lately: readonly Mistaken[];
  readonly lineage: Lineage | null;
  /** Oldest first. */
  readonly changes: readonly StatusChange[];
}

/** One detector. Throws Refusal `missing` for what the configuration does not have. */
export async function detectorOf(
  parts: ConsoleParts,
  principal: Principal,
  id: string,
): Promise<DetectorDetail> {
  const scope = scopeWithin(principal, null);
  const list = await listDetectors(parts, principal);
  const detector = list.detectors.find((one) => one.id === id);
  if (detector === undefined) throw new Refusal('missing', 'There is no such detector.');
  const lately = await asked(() =>
    ledgerDesk(parts).answer({
      name: 'lately',
      details: [id],
      days: DETECTOR_DAYS,
      scope,
      ask: async (data) => (await data.query<MistakenRow>(HIT_LATELY, { detector: id })).map(mistakenOf),
    }),
  );
  const graph = await openLineage(parts.config());
  const { changes } = readExperiments(parts.config().detect.experiments);
  return {
    ...list,
    detector,
    lately: lately.value,
    lineage: graph.nodes.has(id) ? (lineagesNamed(graph, id)[0] ?? null) : null,
    changes: changes.filter(({ subject }) => subject === id),
  };
}

/** Gives a detector another status, for all mail. Throws Refusal with the words of what forbids it. */
export async function promote(
  parts: ConsoleParts,
  principal: Principal,
  { id, to, reason }: { readonly id: string; readonly to: string; readonly reason: string },
): Promise<AuditRecord> {
  needWhole(principal);
  const change = { actor: principal.name, reason: reasonOf(reason), action: 'promote', at: parts.now() };
  return await inWords(() => changeStatus(parts.config(), id, parseStatus(to), change));
}

/** Takes the last change of a detector back. Throws Refusal where there is none. */
export async function takeBack(
  parts: ConsoleParts,
  principal: Principal,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<AuditRecord> {
  needWhole(principal);
  const change = { actor: principal.name, reason: reasonOf(reason), action: 'rollback', at: parts.now() };
  return await inWords(() => rollBack(parts.config(), id, change));
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (
      error instanceof ExperimentsMistake ||
      error instanceof StatusConflict ||
      error instanceof StatusMistake
    )
      throw new Refusal('conflict', error.message);
    throw error;
  }
}

function reasonOf(reason: string): string {
  const words = reason.trim();
  if (words === '' || words.length > MOST_REASON)
    throw new Refusal('bad', `A reason is needed, of ${MOST_REASON} characters at most.`);
  return words;
}
