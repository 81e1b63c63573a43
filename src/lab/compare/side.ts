import type { DecisionRecord } from '../../ledger/record.ts';
import { type Policy, thresholdsFor, verdictByScore } from '../../policy/policy.ts';
import type { Verdict } from '../../policy/verdict.ts';

/** What one of the compared made of a message. */
export interface Side {
  readonly score: number;
  readonly verdict: Verdict;
  /** Of the model, or of all detectors where a variant is compared; null where it was not measured. */
  readonly seconds: number | null;
}

/** The model in force, where a canary decided, too. */
export const ACTIVE = 'active';

/**
 * What NAME made of a message; null where it had no part. NAME is a model (`name@version`, also where it only watched), `active`, or a
 * variant (`default`, `rule:<id>`: the mail that it decided about, with the verdict as it was carried out). The verdict of a model
 * is by the thresholds alone, so that what decided and what watched are compared by the same measure.
 */
export function sideOf(record: DecisionRecord, name: string, policy: Policy): Side | null {
  const variant = record.variant ?? 'default';
  const shadows = record.shadows ?? [];
  const byScore = (model: string | null, score: number): Side => ({
    score,
    verdict: verdictOf(score, record.envelope.rcptTo, policy),
    seconds: record.stageSeconds[`model:${model}`] ?? null,
  });
  const watched = shadows.find(({ model, status }) =>
    name === ACTIVE ? status === 'active' : model === name,
  );
  if (watched !== undefined) return watched.score === null ? null : byScore(watched.model, watched.score);
  if (name === ACTIVE || record.model === name) return byScore(record.model, record.score);
  if (variant !== name && !variant.split('+').includes(name)) return null;
  return { score: record.score, verdict: record.verdict, seconds: record.stageSeconds.assess ?? null };
}

/** All that a record knows by name. */
export function namesIn(record: DecisionRecord): string[] {
  const variant = record.variant ?? 'default';
  return [
    ACTIVE,
    variant,
    ...variant.split('+'),
    ...(record.model === null ? [] : [record.model]),
    ...(record.shadows ?? []).map(({ model }) => model),
  ];
}

const GRAVEST: readonly Verdict[] = ['reject', 'quarantine', 'tag', 'accept'];

function verdictOf(score: number, recipients: readonly string[], policy: Policy): Verdict {
  const verdicts = (recipients.length === 0 ? [''] : recipients).map((recipient) =>
    verdictByScore(score, thresholdsFor(recipient, policy).thresholds),
  );
  return GRAVEST.find((verdict) => verdicts.includes(verdict)) ?? 'accept';
}
