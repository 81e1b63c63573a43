import { sigmoid } from '../../detect/assess.ts';
import { byStrength } from '../../detect/finding.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import type { Contribution } from '../look/contribution-chart.ts';

/** A chart that a person reads to its end; the rest is one bar, so that the parts still add up. */
export const MAX_BARS = 15;

export interface Contributions {
  readonly bias: number;
  readonly rows: readonly Contribution[];
  /** Score that bias and rows give. */
  readonly score: number;
}

/** The sum behind a score: the rows and the bias add up to the logit of the score. */
export function contributionsOf(
  { bias, findings }: Pick<DecisionRecord, 'bias' | 'findings'>,
  others: (count: number) => string,
): Contributions {
  const active = findings
    .filter(({ status, weight }) => status === 'active' && weight !== 0)
    .sort(byStrength);
  const rest = active.slice(MAX_BARS);
  const rows = [
    ...active.slice(0, MAX_BARS).map(({ words, weight }) => ({ words, weight })),
    ...(rest.length === 0
      ? []
      : [{ words: others(rest.length), weight: rest.reduce((sum, { weight }) => sum + weight, 0) }]),
  ];
  return { bias, rows, score: sigmoid(rows.reduce((sum, { weight }) => sum + weight, bias)) };
}
