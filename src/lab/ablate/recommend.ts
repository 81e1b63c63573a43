import { ladderOf } from '../evaluate/evaluate.ts';
import { thresholdAt } from '../evaluate/ladder.ts';
import type { Whole } from '../evaluate/whole.ts';
import { RATE, said } from './groups.ts';
import type { Ablated, Ablation } from './read.ts';

/** What a group of evidence could still give, estimated from the unwanted messages that were missed. */
export interface Prospect {
  readonly group: string;
  /** Shares of the missed messages: no evidence; evidence that says nothing against them; nothing to look at. */
  readonly missing: number;
  readonly quiet: number;
  readonly empty: number;
  /** What the group adds to the logit of unwanted messages that were found and about which it speaks; the median of the other groups where its evidence is always missing. */
  readonly worth: number;
  readonly worthIsBorrowed: boolean;
  /** Share of the missed messages that would be found, were their missing evidence there and worth as much. */
  readonly foundWithEvidence: number;
  /** The same were the quiet evidence looked at more deeply. */
  readonly foundWithDepth: number;
}

export interface Recommendation {
  readonly missed: number;
  readonly unwanted: number;
  /** The most promising first. */
  readonly prospects: readonly Prospect[];
}

/** A group speaks against a message where it adds at least this (logit units: odds 10 % higher). */
const SPEAKS = 0.1;
const DEFAULT_WORTH = 0.5;

interface Placed {
  readonly ablated: Ablated;
  /** Logit units that are missing to the threshold at RATE; zero or less where it was found. */
  readonly gap: number;
}

/**
 * Which evidence to add first. A missed message (unwanted, not above its fold's threshold at RATE) lacks some logit units. For each
 * group: where its evidence is missing, or is there and quiet, suppose that it spoke as it does on average about the unwanted
 * messages that were found, and count the misses that would then pass the threshold. An upper bound: the missing evidence may speak for
 * the message, and false positives rise too. Where there is nothing to look at (no link, no attachment), the group cannot help.
 */
export function recommend({ groups, folds }: Ablation, whole: Whole): Recommendation {
  const placed = folds.flatMap(({ messages }) => place(messages, whole));
  const missed = placed.filter(({ gap }) => gap >= 0);
  const found = placed.filter(({ gap }) => gap < 0).map(({ ablated }) => ablated);
  const own = groups.map((_, i) => worthOf(found, i));
  const borrowed =
    median(own.flatMap((worth) => (worth === null || worth === 0 ? [] : [worth]))) ?? DEFAULT_WORTH;
  const prospects = groups.map((group, i) => prospect(group, i, missed, own[i] ?? null, borrowed));
  return { missed: missed.length, unwanted: placed.length, prospects: prospects.sort(byPromise) };
}

function place(messages: readonly Ablated[], whole: Whole): Placed[] {
  const scored = messages.map((ablated) => ({ ablated, ...whole.score(said(ablated, 0)) }));
  const threshold = thresholdAt(ladderOf(scored), RATE);
  return scored
    .filter(({ message }) => message.unwanted)
    .map(({ ablated, logit }) => ({ ablated, gap: threshold - logit }));
}

function worthOf(found: readonly Ablated[], group: number): number | null {
  if (found.every(({ states }) => states[group] === 'm')) return null;
  const spoken = found.map(({ parts }) => parts[group] ?? 0).filter((part) => part >= SPEAKS);
  return spoken.length === 0 ? 0 : spoken.reduce((total, part) => total + part, 0) / spoken.length;
}

function prospect(
  group: string,
  i: number,
  missed: readonly Placed[],
  own: number | null,
  borrowed: number,
): Prospect {
  const worth = own ?? borrowed;
  const share = (chosen: (one: Placed) => boolean) =>
    missed.filter(chosen).length / Math.max(1, missed.length);
  const state = ({ ablated }: Placed) => ablated.states[i];
  const part = ({ ablated }: Placed) => ablated.parts[i] ?? 0;
  const isQuiet = (one: Placed) => state(one) === 'v' && part(one) < SPEAKS;
  return {
    group,
    missing: share((one) => state(one) === 'm'),
    quiet: share(isQuiet),
    empty: share((one) => state(one) === 'e'),
    worth,
    worthIsBorrowed: own === null,
    foundWithEvidence: share((one) => state(one) === 'm' && one.gap < worth - part(one)),
    foundWithDepth: share((one) => isQuiet(one) && one.gap < worth - part(one)),
  };
}

function byPromise(a: Prospect, b: Prospect): number {
  const promise = (one: Prospect) => Math.max(one.foundWithEvidence, one.foundWithDepth);
  return promise(b) - promise(a) || (a.group < b.group ? -1 : 1);
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
