import { barPlot } from '../plots/bars.ts';
import { histogramPlot } from '../plots/histogram.ts';
import { reliabilityPlot } from '../plots/reliability.ts';
import { rocPlot } from '../plots/roc.ts';
import type { Curves, EvaluationReport } from './evaluate.ts';

const FLATTERING = new Set(['time', 'random']);

/** The pictures of docs/evaluation.md by file name. */
export function evaluationPlots(report: EvaluationReport, curves: Curves): Readonly<Record<string, string>> {
  const { tag, quarantine } = report.thresholds;
  return {
    'roc.svg': rocPlot(
      curves.roc.map(({ fold, points }) => ({
        name: fold.name,
        flatters: FLATTERING.has(fold.kind),
        points,
      })),
    ),
    'recall.svg': barPlot(
      'Unwanted mail found (recall)',
      ['at 1 % false positives', 'at 0.1 %'],
      report.folds.map(({ name, whole }) => ({
        name,
        values: [whole.recall[0] ?? null, whole.recall[2] ?? null],
      })),
    ),
    'reliability.svg': reliabilityPlot(report.reliability),
    'scores.svg': histogramPlot(curves.ham, curves.unwanted, [
      ...(tag === null ? [] : [{ name: 'tag', score: tag }]),
      ...(quarantine === null ? [] : [{ name: 'hold', score: quarantine }]),
    ]),
  };
}
