import type { Decision } from '../../decision.ts';
import type { Category, VerdictCategory } from '../../detect/category.ts';
import type { Finding, NotRun } from '../../detect/finding.ts';
import type { Verdict } from '../../policy/verdict.ts';

/** One line of `postern score --format ndjson`: the fixed shape that others read. */
export interface ScoredRow {
  readonly path: string;
  readonly id: string;
  readonly verdict: Verdict;
  readonly category: VerdictCategory;
  /** Probability that the message is malicious or unwanted at all, 0 to 1. */
  readonly score: number;
  readonly scores: Readonly<Record<Category, number>>;
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  readonly reasons: readonly string[];
  /** Wall time of the inspection in milliseconds. */
  readonly ms: number;
}

export interface FailedRow {
  readonly path: string;
  readonly error: string;
}

export type Row = ScoredRow | FailedRow;

/** The row of a decision. */
export function rowOf(path: string, decision: Decision): ScoredRow {
  const { assessment } = decision;
  // The times of single models are within that of `assess`.
  const stages = Object.entries(decision.stageSeconds).filter(([stage]) => !stage.startsWith('model:'));
  const seconds = stages.reduce((sum, [, stage]) => sum + stage, 0);
  return {
    path,
    id: decision.id,
    verdict: decision.verdict,
    category: assessment.category,
    score: assessment.score,
    scores: assessment.scores,
    findings: assessment.findings,
    notRun: assessment.notRun,
    reasons: decision.reasons,
    ms: Math.round(seconds * 1e5) / 100,
  };
}

export function tableHead(): string {
  return `${'verdict'.padEnd(10)} ${'category'.padEnd(19)} ${'score'.padEnd(5)} ${'ms'.padStart(7)}  message`;
}

export function tableLine(row: ScoredRow): string {
  const reason = row.reasons[0] ? `  (${row.reasons[0]})` : '';
  return `${row.verdict.padEnd(10)} ${row.category.padEnd(19)} ${row.score.toFixed(3)} ${row.ms.toFixed(2).padStart(7)}  ${row.path}${reason}`;
}
