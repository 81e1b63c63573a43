import type { Assessment } from '../detect/assessment.ts';
import { byStrength, type NotRun } from '../detect/finding.ts';
import { quote } from '../detect/rules/quote.ts';
import type { ListEntry } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** More than five reasons are not read. */
export const MAX_REASONS = 5;

/** What besides the score can have decided. */
export interface Grounds {
  readonly allowed: ListEntry | null;
  readonly blocked: ListEntry | null;
  readonly tagging: NotRun | null;
  readonly deferring: NotRun | null;
  /** Names of the policies of all fates: a ground is told only where it decided. */
  readonly policies: readonly string[];
}

/**
 * Why this verdict, for people: first what decided beside the score, then what moved the score that way, strongest first. A part
 * that failed and should have raised the verdict is told in any case, as the last where something else decided.
 */
export function reasonsFor(verdict: Verdict, assessment: Assessment, grounds: Grounds): readonly string[] {
  const direction = verdict === 'accept' ? -1 : 1;
  const forcing = assessment.findings.find(
    ({ detector }) => detector === assessment.forcedBy && grounds.policies.includes(detector),
  );
  const moving = assessment.findings
    .filter(({ status, weight }) => status === 'active' && weight * direction > 0)
    .sort(byStrength);
  const words = [...decided(grounds), ...(forcing === undefined ? [] : [forcing.words])];
  const reasons = [...new Set([...words, ...moving.map((finding) => finding.words)])];
  const failed = grounds.deferring ?? grounds.tagging;
  const failure = failed === null ? null : failureWords(failed);
  if (failure === null || reasons.includes(failure)) return reasons.slice(0, MAX_REASONS);
  return [...reasons.slice(0, MAX_REASONS - 1), failure];
}

function failureWords({ what, reason }: NotRun): string {
  return `${what} gave no answer (${reason})`;
}

function decided({ allowed, blocked, tagging, deferring, policies }: Grounds): string[] {
  const words: string[] = [];
  const failed = deferring ?? tagging;
  if (failed !== null && policies.includes(`failure:${failed.what}`)) {
    words.push(failureWords(failed));
  }
  if (blocked !== null && policies.includes(`block:${blocked.text}`)) {
    words.push(`The sender is on the block list as ${quote(blocked.text)}`);
  }
  if (allowed !== null && policies.includes(`allow:${allowed.text}`)) {
    words.push(`The sender is authenticated and on the allow list as ${quote(allowed.text)}`);
  }
  return words;
}
