import type { DemoResult } from '../demo.ts';
import { table } from '../table.ts';

/** So many reasons are the top ones; all of them are in `postern explain`. */
const REASONS = 2;

/** A line per message, and under it the top reasons in words. */
export function resultLines(results: readonly DemoResult[]): string[] {
  const head = ['message', 'verdict', 'category', 'score', 'ms'];
  const rows = results.map(({ message, decision, code, reply, ms }) => [
    message.title,
    decision?.verdict ?? `${code} ${reply}`,
    decision?.assessment.category ?? '',
    decision?.assessment.score.toFixed(3) ?? '',
    ms.toFixed(1),
  ]);
  const [first, ...lines] = table(head, rows).split('\n');
  return [
    first ?? '',
    ...lines.flatMap((line, i) => [
      line,
      ...(results[i]?.decision?.reasons ?? []).slice(0, REASONS).map((reason) => `    ${reason}`),
    ]),
  ];
}
