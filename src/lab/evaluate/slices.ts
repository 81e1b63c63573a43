import { type Figures, figures, type Interval, share } from './interval.ts';
import { type Ladder, ladder, thresholdAt } from './ladder.ts';
import type { Known } from './read.ts';
import type { Scored } from './whole.ts';

/** Actions by score, as configured; null is never. */
export interface Thresholds {
  readonly tag: number | null;
  readonly quarantine: number | null;
}

/** What the thresholds do to some messages. */
export interface AtThresholds {
  readonly messages: number;
  /** Tagged or held. */
  readonly tagged: Interval | null;
  readonly held: Interval | null;
}

/** Messages that share a property. */
export interface Slice {
  readonly value: string;
  /** Unwanted messages of the slice against all legitimate ones of their folds; null where there are too few. */
  readonly figures: Figures | null;
  readonly unwanted: AtThresholds;
  readonly ham: AtThresholds;
  /** Legitimate messages of the slice above the threshold that 1 % of their fold exceed. */
  readonly above1Percent: Interval | null;
  /** Among unwanted messages whose category a person read and that score 0.5 or more: the share whose category is right. */
  readonly rightCategory: Interval | null;
}

/** Below, limits of a figure are so wide that it says nothing. */
export const LEAST_UNWANTED = 20;
/** Slices with fewer messages are not listed. */
export const LEAST_MESSAGES = 20;

const HARD_RATE = 0.01;

/** The messages of folds by a property, those with most messages first. Null is no slice. A legitimate message counts once, in its first fold. */
export function slices(
  folds: readonly (readonly Scored[])[],
  property: (message: Known) => string | null,
  thresholds: Thresholds,
): Slice[] {
  const prepared = prepare(folds);
  const values = new Map<string, number>();
  for (const { fold } of prepared) {
    for (const { message } of fold) {
      const value = property(message);
      if (value !== null) values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  return [...values]
    .filter(([, messages]) => messages >= LEAST_MESSAGES)
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .map(([value]) => slice(value, prepared, (message) => property(message) === value, thresholds));
}

interface Prepared {
  readonly fold: readonly Scored[];
  readonly ham: Float64Array;
  /** Legitimate messages that are in no fold before. */
  readonly newHam: readonly Scored[];
  readonly limit: number;
}

function prepare(folds: readonly (readonly Scored[])[]): Prepared[] {
  const seen = new Set<Known>();
  return folds.map((fold) => {
    const legitimate = fold.filter(({ message }) => !message.unwanted);
    const newHam = legitimate.filter(({ message }) => !seen.has(message));
    for (const { message } of newHam) seen.add(message);
    const ham = logits(legitimate);
    return {
      fold,
      ham,
      newHam,
      limit: thresholdAt(ladder({ ham, unwanted: new Float64Array(0) }), HARD_RATE),
    };
  });
}

function slice(
  value: string,
  prepared: readonly Prepared[],
  isIn: (message: Known) => boolean,
  thresholds: Thresholds,
): Slice {
  const unwanted = prepared.map(({ fold }) =>
    fold.filter(({ message }) => message.unwanted && isIn(message)),
  );
  const ham = prepared.map(({ newHam }) => newHam.filter(({ message }) => isIn(message)));
  const parts = prepared.flatMap(({ ham: all }, i) => {
    const bad = logits(unwanted[i] ?? []);
    return bad.length === 0 || all.length === 0 ? [] : [ladder({ ham: all, unwanted: bad })];
  });
  const above = ham.flatMap((of, i) => of.filter(({ logit }) => logit > (prepared[i]?.limit ?? 0)));
  return {
    value,
    figures: figuresOf(parts),
    unwanted: atThresholds(unwanted.flat(), thresholds),
    ham: atThresholds(ham.flat(), thresholds),
    above1Percent: share(above.length, ham.flat().length),
    rightCategory: rightCategory(unwanted.flat()),
  };
}

function figuresOf(parts: readonly Ladder[]): Figures | null {
  const messages = parts.reduce((total, part) => total + part.unwantedSteps.length, 0);
  return messages < LEAST_UNWANTED ? null : figures(parts);
}

function rightCategory(unwanted: readonly Scored[]): Interval | null {
  const told = unwanted.filter(({ message, category }) => message.category !== null && category !== 'none');
  return share(told.filter(({ message, category }) => message.category === category).length, told.length);
}

export function atThresholds(messages: readonly Scored[], { tag, quarantine }: Thresholds): AtThresholds {
  const from = (threshold: number | null) =>
    share(messages.filter(({ score }) => threshold !== null && score >= threshold).length, messages.length);
  return { messages: messages.length, tagged: from(tag), held: from(quarantine) };
}

export function logits(messages: readonly Scored[]): Float64Array {
  return Float64Array.from(messages, ({ logit }) => logit);
}
