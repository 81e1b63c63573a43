import { logitOf, sigmoid } from '../../detect/assess.ts';
import { FEATURES } from '../../detect/features/schema.ts';
import type { Model } from '../../detect/model.ts';
import type { Placed } from './group.ts';
import { bareMessage, type Specimen } from './specimen.ts';

/** A finding that the nearest messages which we judged right have, and the group has not. */
export interface LackingFinding {
  readonly detector: string;
  /** Shares of messages with it. */
  readonly neighbours: number;
  readonly group: number;
  /** Mean over the neighbours that have it, logit units. */
  readonly weight: number;
}

/** What the score would be with the neighbours' values of one feature, or of a whole group of features. */
export interface Counterfactual {
  /** A feature, or a group of them. */
  readonly what: string;
  /** Medians of a feature; null is missing, and for a group. */
  readonly value: number | null;
  readonly neighbours: number | null;
  readonly isGroup: boolean;
  /** Means over the messages tried. */
  readonly score: number;
  readonly wouldBe: number;
}

export interface Explanation {
  /** Nearest messages judged right: their ids, most frequent first. */
  readonly neighbours: readonly string[];
  /** Mean likeness of the nearest, 0 to 1; null where there is none. */
  readonly likeness: number | null;
  readonly lacking: readonly LackingFinding[];
  readonly counterfactuals: readonly Counterfactual[];
  /** Sources of evidence that failed, with the share of the group and of everything else. */
  readonly failed: readonly { readonly what: string; readonly group: number; readonly elsewhere: number }[];
  /** For mail that was wrongly held: what held it, mean weight over the group. */
  readonly heldBy: readonly { readonly detector: string; readonly share: number; readonly weight: number }[];
}

export interface ExplainInput {
  readonly members: readonly Specimen[];
  readonly placed: readonly Placed[];
  /** All messages by place. */
  readonly all: readonly Specimen[];
  readonly model: Model | null;
}

const SHOWN = 8;
/** Messages of a group on which values are tried: more of them say the same. */
const TRIED_MESSAGES = 5;
/** Features that differ most are tried; each costs one opinion of the model a message. */
const TRIED_FEATURES = 30;
/** What moves the score by less explains nothing. */
const LEAST_MOVE = 0.01;
/** A share has to be so much larger with the neighbours. */
const LEAST_DIFFERENCE = 0.2;

/** Why the group was judged as it was: what its neighbours, which we judged right, have that it has not. */
export async function explain(input: ExplainInput): Promise<Explanation> {
  const { members, placed, all } = input;
  const near = placed.flatMap(({ nearestRight }) => nearestRight);
  const neighbours = near.flatMap(({ at }) => all[at] ?? []);
  return {
    neighbours: mostFrequent(neighbours.map(({ id }) => id)).slice(0, SHOWN),
    likeness: near.length === 0 ? null : mean(near.map(({ likeness }) => likeness)),
    lacking: lacking(members, neighbours),
    counterfactuals: await counterfactuals(members, neighbours, input.model),
    failed: failures(members, all),
    heldBy: heldBy(members),
  };
}

function lacking(members: readonly Specimen[], neighbours: readonly Specimen[]): LackingFinding[] {
  const detectors = new Set(neighbours.flatMap(({ findings }) => findings.map(({ detector }) => detector)));
  return [...detectors]
    .map((detector) => {
      const weights = weightsOf(neighbours, detector);
      return {
        detector,
        neighbours: weights.length / neighbours.length,
        group: weightsOf(members, detector).length / members.length,
        weight: mean(weights),
      };
    })
    .filter((one) => one.neighbours - one.group >= LEAST_DIFFERENCE)
    .sort((a, b) => strength(b) - strength(a) || (a.detector < b.detector ? -1 : 1))
    .slice(0, SHOWN);
}

function strength({ neighbours, group, weight }: LackingFinding): number {
  return (neighbours - group) * Math.abs(weight);
}

function weightsOf(messages: readonly Specimen[], detector: string): number[] {
  return messages.flatMap(({ findings }) => {
    const one = findings.find((finding) => finding.detector === detector);
    return one === undefined ? [] : [one.weight];
  });
}

/**
 * The model's opinion with values of the neighbours, added to the score as it was decided. Without raw mail the model reads an empty
 * text, the same before and after: then the difference is near, not exact, since its trees see both.
 */
async function counterfactuals(
  members: readonly Specimen[],
  neighbours: readonly Specimen[],
  model: Model | null,
): Promise<Counterfactual[]> {
  if (model === null || neighbours.length === 0) return [];
  const theirs = mediansOf(neighbours);
  const own = mediansOf(members);
  const tried = members.slice(0, TRIED_MESSAGES);
  const before = await Promise.all(tried.map((one) => logitBy(model, one, one.features)));
  const found: Counterfactual[] = [];
  for (const { what, places, isGroup } of changes(own, theirs)) {
    const scores: number[] = [];
    for (const [i, one] of tried.entries()) {
      const changed = Float32Array.from(one.features);
      for (const place of places) changed[place] = theirs[place] ?? Number.NaN;
      const after = await logitBy(model, one, changed);
      const was = before[i] ?? null;
      if (after !== null && was !== null) scores.push(sigmoid(logit(one.score) + after - was));
    }
    if (scores.length < tried.length) continue;
    const [place] = isGroup ? [] : places;
    const valueIn = (values: Float32Array) =>
      place === undefined ? null : known(values[place] ?? Number.NaN);
    const score = mean(tried.map((one) => one.score));
    found.push({
      what,
      isGroup,
      value: valueIn(own),
      neighbours: valueIn(theirs),
      score,
      wouldBe: mean(scores),
    });
  }
  const move = (one: Counterfactual) => Math.abs(one.wouldBe - one.score);
  return found
    .filter((one) => move(one) >= LEAST_MOVE)
    .sort((a, b) => move(b) - move(a) || (a.what < b.what ? -1 : 1))
    .slice(0, SHOWN);
}

interface Change {
  readonly what: string;
  readonly places: readonly number[];
  readonly isGroup: boolean;
}

/** Each group of features that differs, and the features that differ most. */
function changes(own: Float32Array, theirs: Float32Array): Change[] {
  const places = mostDifferent(own, theirs);
  const groups = Map.groupBy(places, (place) => FEATURES[place]?.group ?? '');
  return [
    ...[...groups].map(([what, some]) => ({ what, places: some, isGroup: true })),
    ...places
      .slice(0, TRIED_FEATURES)
      .map((place) => ({ what: FEATURES[place]?.name ?? '', places: [place], isGroup: false })),
  ];
}

function mediansOf(messages: readonly Specimen[]): Float32Array {
  return Float32Array.from(FEATURES, (_, place) =>
    median(messages.map(({ features }) => features[place] ?? Number.NaN)),
  );
}

async function logitBy(model: Model, one: Specimen, features: Float32Array): Promise<number | null> {
  const message = one.message ?? bareMessage(one.subject);
  const opinion = await model.judge({ features, evidence: one.evidence, message });
  return 'what' in opinion ? null : logitOf(opinion.bias, opinion.findings);
}

function logit(score: number): number {
  return Math.log(score / (1 - score));
}

/** Features whose medians differ, by how far they are apart in shares of the feature's range. */
function mostDifferent(own: Float32Array, theirs: Float32Array): number[] {
  return FEATURES.map(({ range: [least, most] }, place) => {
    const [one, other] = [own[place] ?? Number.NaN, theirs[place] ?? Number.NaN];
    if (Number.isNaN(one) || Number.isNaN(other)) {
      return { place, apart: Number.isNaN(one) === Number.isNaN(other) ? 0 : 1 };
    }
    return { place, apart: Math.abs(one - other) / (most - least) };
  })
    .filter(({ apart }) => apart > 0)
    .sort((a, b) => b.apart - a.apart || a.place - b.place)
    .map(({ place }) => place);
}

function failures(members: readonly Specimen[], all: readonly Specimen[]): Explanation['failed'] {
  const own = new Set(members);
  const rest = all.filter((one) => !own.has(one));
  const shareOf = (some: readonly Specimen[], what: string) =>
    some.length === 0
      ? 0
      : some.filter(({ notRun }) => notRun.some((one) => one.what === what)).length / some.length;
  const names = new Set(members.flatMap(({ notRun }) => notRun.map(({ what }) => what)));
  return [...names]
    .map((what) => ({ what, group: shareOf(members, what), elsewhere: shareOf(rest, what) }))
    .sort((a, b) => b.group - b.elsewhere - (a.group - a.elsewhere) || (a.what < b.what ? -1 : 1));
}

function heldBy(members: readonly Specimen[]): Explanation['heldBy'] {
  const detectors = new Set(members.flatMap(({ findings }) => findings.map(({ detector }) => detector)));
  return [...detectors]
    .map((detector) => {
      const weights = weightsOf(members, detector);
      return {
        detector,
        share: weights.length / members.length,
        weight: weights.reduce((sum, one) => sum + one, 0) / members.length,
      };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.detector < b.detector ? -1 : 1))
    .slice(0, SHOWN);
}

function mostFrequent(ids: readonly string[]): string[] {
  const counts = Map.groupBy(ids, (id) => id);
  return [...counts].sort(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1)).map(([id]) => id);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** Of an even number the lower one, so that it is a value that a message has; NaN where most are missing. */
function median(values: readonly number[]): number {
  const there = values.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
  return 2 * there.length < values.length ? Number.NaN : (there[(there.length - 1) >> 1] ?? Number.NaN);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
