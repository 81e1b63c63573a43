import { generatedBy, markdownTable, percent, signed } from '../markdown.ts';
import type { AblationReport } from './ablate.ts';
import type { Loss } from './groups.ts';
import type { Prospect, Recommendation } from './recommend.ts';

/** docs/ablation.md; `plots` is the folder of the pictures, relative to the page. */
export function ablationPage(report: AblationReport, plots: string): string {
  return `${[
    generatedBy('postern ablate DATASET'),
    '# What each part of the detector adds',
    `Figures of the whole detector, model and rules, on collections that were held out. A loss is the figure with the part minus the figure without it: positive is good to have. Means over ${report.folds.length} folds, each weighing the same.`,
    '## Groups of evidence',
    `The trees were fitted again without the group; the text model and the rules stay, also rules about the same evidence. To take minutes, every fit here saw at most ${report.learnAtMost} messages, so the figures compare with each other and not with the evaluation. Recall hangs on the few legitimate messages with the highest scores: under half a point is noise on average, and some points in a fold with few hundred messages. Read the loss of AUC beside it.`,
    groupTable(report),
    `![Recall lost without each group](${plots}/ablation.svg)`,
    'Recall at 1 % false positives lost in each fold, in points:',
    foldTable(report),
    ...recommendation(report.recommendation),
    '## Rules',
    'Models as in the evaluation; they do not read rules. Hits are messages of all the folds, each once. A rule without loss may still be worth its words: it explains, and it holds where no model runs.',
    ruleTable(report),
  ].join('\n\n')}\n`;
}

function groupTable({ groups }: AblationReport): string {
  return markdownTable(
    ['without', 'loss of recall at 1 %, points', 'loss of AUC', 'worst fold'],
    groups.map((loss) => [loss.what, points(loss.recall), signed(loss.auc, 4), worst(loss)]),
  );
}

function worst({ folds }: Loss): string {
  const [first, ...rest] = folds;
  if (first === undefined) return '–';
  const most = rest.reduce((so, one) => (one.recall > so.recall ? one : so), first);
  return `${most.fold} ${points(most.recall)}`;
}

function foldTable({ groups, baseline }: AblationReport): string {
  return markdownTable(
    ['without', ...baseline.map(({ fold }) => fold)],
    [
      ['*recall with all*', ...baseline.map(({ recall }) => percent(recall))],
      ...groups.map(({ what, folds }) => [what, ...folds.map(({ recall }) => points(recall))]),
    ],
  );
}

function points(share: number): string {
  return signed(100 * share, 1);
}

function recommendation({ missed, unwanted, prospects }: Recommendation): string[] {
  const [first] = prospects;
  return [
    '## Which evidence to add first',
    first === undefined ? 'There are no groups.' : verdict(first),
    `An estimate from the ${missed} of ${unwanted} unwanted messages that are missed at 1 % false positives. A group may be *missing* for such a message (no evidence: no DNS, no memory, a failure), *quiet* (there is something to look at, and it adds less than 0.1 to the logit), or *empty* (nothing to look at: no link, no attachment). Suppose that missing or quiet evidence spoke as it does on average about the unwanted messages that were found (*worth*, logit units): the last columns are the misses that would then be found. It is an upper bound, since evidence may also speak for a message, and the threshold may have to rise.`,
    markdownTable(
      [
        'group',
        'missing',
        'quiet',
        'empty',
        'worth',
        'found were it there',
        'found were it looked at more deeply',
      ],
      prospects.map((one) => [
        one.group,
        percent(one.missing),
        percent(one.quiet),
        percent(one.empty),
        `${one.worth.toFixed(2)}${one.worthIsBorrowed ? '¹' : ''}`,
        percent(one.foundWithEvidence),
        percent(one.foundWithDepth),
      ]),
    ),
    '¹ Its evidence is always missing in these collections; the median of the other groups is taken.',
  ];
}

function verdict(one: Prospect): string {
  return one.foundWithEvidence >= one.foundWithDepth
    ? `**${one.group}**: get the evidence that is missing. Up to ${percent(one.foundWithEvidence)} of the misses would be found.`
    : `**${one.group}**: look more deeply at the evidence that is there. Up to ${percent(one.foundWithDepth)} of the misses would be found.`;
}

function ruleTable({ rules }: AblationReport): string {
  return markdownTable(
    ['rule', 'category', 'weight', 'unwanted hit', 'legitimate hit', 'loss of recall, points', 'loss of AUC'],
    rules.map((rule) => [
      rule.status === 'shadow' ? `${rule.what} (shadow)` : rule.what,
      rule.category,
      signed(rule.weight, 1),
      String(rule.unwanted),
      String(rule.ham),
      signed(100 * rule.recall, 2),
      signed(rule.auc, 5),
    ]),
  );
}
