import type { Finding } from '../../detect/finding.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import { isGraver, type Policy } from '../../policy/decide.ts';
import { thresholdsFor } from '../../policy/policy.ts';
import type { Fate, Verdict } from '../../policy/verdict.ts';

/** A decision as far as its reasons are told. */
type Told = Pick<DecisionRecord, 'score' | 'findings'> & {
  readonly fates: readonly Fate[];
  readonly verdict: Verdict;
};

/** More are not read; what moved most comes first. */
const MAX_FINDINGS = 5;

/** Why a replay gives another verdict: the findings that differ, then the part of the policy that decides. */
export function why(before: Told, after: Told, policy: Policy): readonly string[] {
  return [...differences(before.findings, after.findings), ground(before, after, policy)];
}

function differences(before: readonly Finding[], after: readonly Finding[]): string[] {
  const weights = new Map<string, [number, number]>();
  for (const [side, findings] of [before, after].entries()) {
    for (const { detector, weight, status } of findings) {
      const pair = weights.get(detector) ?? [Number.NaN, Number.NaN];
      pair[side] = status === 'active' ? weight : 0;
      weights.set(detector, pair);
    }
  }
  return [...weights]
    .filter(([, [was, is]]) => !Object.is(was, is))
    .sort(([a, x], [b, y]) => moved(y) - moved(x) || (a < b ? -1 : 1))
    .slice(0, MAX_FINDINGS)
    .map(([detector, pair]) => difference(detector, pair));
}

function moved([was, is]: readonly [number, number]): number {
  return Math.abs((Number.isNaN(is) ? 0 : is) - (Number.isNaN(was) ? 0 : was));
}

function difference(detector: string, [was, is]: readonly [number, number]): string {
  if (Number.isNaN(was)) return `${detector} found, ${signed(is)}`;
  if (Number.isNaN(is)) return `${detector} no longer found, was ${signed(was)}`;
  return `${detector} counts ${signed(is)}, was ${signed(was)}`;
}

function signed(weight: number): string {
  return `${weight < 0 ? '' : '+'}${weight.toFixed(2)}`;
}

function ground(before: Told, after: Told, policy: Policy): string {
  const [was, is] = [deciding(before), deciding(after)];
  if (!isOfThresholds(is.policy)) return `decided by ${is.policy}`;
  const name = isOfThresholds(was.policy) ? is.policy : `${is.policy}, no longer ${was.policy}`;
  const { thresholds } = thresholdsFor(is.recipients[0] ?? '', policy);
  const rises = isGraver(after.verdict, before.verdict);
  const action = rises ? after.verdict : before.verdict;
  const threshold =
    action === 'tag' || action === 'quarantine' || action === 'reject' ? thresholds[action] : null;
  if (threshold === null) return `score ${after.score.toFixed(3)}, by ${name}`;
  const reaches = after.score >= threshold;
  return `score ${after.score.toFixed(3)} ${reaches ? 'reaches' : 'is below'} ${action} at ${threshold}, by ${name}`;
}

/** The fate that gave the verdict. */
function deciding({ fates, verdict }: Told): Fate {
  return fates.find((fate) => fate.verdict === verdict) ?? { verdict, recipients: [], policy: 'unknown' };
}

function isOfThresholds(policy: string): boolean {
  return policy === 'default' || policy.startsWith('domain:');
}
