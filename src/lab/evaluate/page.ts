import { areaCell, generatedBy, markdownTable, percent, percentCell } from '../markdown.ts';
import type { EvaluationReport, FoldReport } from './evaluate.ts';
import { LEAST_HAM, RESAMPLES } from './interval.ts';
import { LEAST_MESSAGES, LEAST_UNWANTED, type Slice } from './slices.ts';

/** docs/evaluation.md; `plots` is the folder of the pictures, relative to the page. */
export function evaluationPage(report: EvaluationReport, plots: string): string {
  return `${[
    generatedBy('postern evaluate DATASET'),
    '# How good the detector is',
    intro(report),
    '## Mail from sources that training never saw',
    COMPASS,
    folds(report, 'compass'),
    `![Recall over the false positive rate](${plots}/roc.svg)`,
    `![Recall at two false positive rates](${plots}/recall.svg)`,
    '### Model and rules apart',
    APART,
    apart(report),
    '## Later mail',
    'A model of the mail before 2025 judges real mail from then on. The collections are known to it, the campaigns are not.',
    folds(report, 'time'),
    '## At the shipped thresholds',
    thresholdWords(report),
    atThresholds(report),
    `![Messages by score](${plots}/scores.svg)`,
    '### False positives by kind of mail',
    kindWords(report),
    ...falsePositives(report),
    '## By category, source, language and year',
    SLICES,
    ...realSlices(report),
    '## Is a score a probability?',
    reliabilityWords(report),
    reliability(report),
    `![How often mail of a score is unwanted](${plots}/reliability.svg)`,
    '## Invented mail',
    INVENTED,
    folds(report, 'invented'),
    ...inventedSlices(report),
    '## At random',
    'A fifth of the real mail, drawn at random, its near duplicates removed. Given because everybody asks for it: it shares sources, ' +
      'campaigns and years with what was learnt, and flatters.',
    folds(report, 'random'),
    '## How the figures come about',
    method(report),
  ].join('\n\n')}\n`;
}

const COMPASS =
  'Each row holds whole collections out: neither the text model, nor the trees saw a message of them. These are the figures to trust.';

const APART =
  'ROC AUC and recall at 1 % false positives of the model without rules, of the rules without a model, and of both. Rules are written ' +
  'to be almost never wrong, not to rank all mail; most mail sets off none.';

const SLICES =
  `Of the held-out collections above, together. Unwanted mail of a slice is held against all legitimate mail of its collection, at the ` +
  `threshold of that collection; the last columns are the legitimate mail of the slice. Slices with fewer than ${LEAST_MESSAGES} ` +
  `messages are left out; figures of fewer than ${LEAST_UNWANTED} unwanted messages, too.`;

/** Its attacks are real; their categories are above. */
const MODERN = 'modern';

const INVENTED =
  'Mail that somebody wrote for training and tests, apart from all figures above. *modern* holds real attacks against invented ' +
  'legitimate mail, which stands in for the shops, banks and newsletters that public collections lack. *synthetic* holds out one ' +
  "writer's mail of both kinds, *invented* our own: there the attacks differ from the legitimate mail by little but what they ask for.";

function intro(report: EvaluationReport): string {
  const { duplicates } = report;
  const leftOut =
    report.leftOut.length === 0 ? '' : ` Nothing was learnt from: ${report.leftOut.join(', ')}.`;
  return (
    `The whole detector, model and ${report.rules} active rules added up as in serving, on ${duplicates.kept} labelled messages ` +
    `(${report.messages} before near duplicates and contradictory labels went). Authentication only as it was recorded, no live DNS, no ` +
    `memory of senders.${leftOut} Feature schema \`${report.schemaHash}\`. In brackets: 95 % limits.`
  );
}

const FOLD_HEAD = ['held out', 'legitimate', 'unwanted', 'ROC AUC', 'recall at 1 %', 'at 0.5 %', 'at 0.1 %'];

function folds(report: EvaluationReport, kind: string): string {
  const chosen = report.folds.filter((fold) => fold.kind === kind);
  if (chosen.length === 0) return 'The dataset has no such mail.';
  const about = chosen.map(({ name, about }) => `- **${name}**: ${about}`).join('\n');
  return `${markdownTable(FOLD_HEAD, chosen.map(foldRow))}\n\n${about}`;
}

function foldRow({ name, whole }: FoldReport): string[] {
  return [
    name,
    String(whole.ham),
    String(whole.unwanted),
    areaCell(whole.auc),
    ...whole.recall.map((recall) => (recall === null ? 'too few' : percentCell(recall))),
  ];
}

function apart({ folds }: EvaluationReport): string {
  const cell = ({ auc, recall }: { auc: number; recall: number | null }) =>
    `${auc.toFixed(4)} · ${recall === null ? 'too few' : percent(recall)}`;
  return markdownTable(
    ['held out', 'model', 'rules', 'both'],
    folds.map(({ name, whole, modelAlone, rulesAlone }) => [
      name,
      cell(modelAlone),
      cell(rulesAlone),
      cell({ auc: whole.auc.value, recall: whole.recall[0]?.value ?? null }),
    ]),
  );
}

function thresholdWords({ thresholds: { tag, quarantine } }: EvaluationReport): string {
  return `A message is tagged from a score of ${tag ?? '– (never)'} on and held from ${quarantine ?? '– (never)'} on. Shares of all messages of the fold; what is held is tagged, too.`;
}

function atThresholds({ folds }: EvaluationReport): string {
  return markdownTable(
    ['held out', 'legitimate tagged', 'legitimate held', 'unwanted tagged', 'unwanted held'],
    folds.map(({ name, ham, unwanted }) => [
      name,
      percentCell(ham.tagged),
      percentCell(ham.held),
      percentCell(unwanted.tagged),
      percentCell(unwanted.held),
    ]),
  );
}

function kindWords({ real }: EvaluationReport): string {
  const lists = real.kind.find(({ value }) => value === 'list')?.ham.messages ?? 0;
  return (
    'By what the header fields claim: *newsletter* has List-Unsubscribe and no List-Id (or one-click unsubscription), *list* a List-Id, ' +
    '*bulk* a Precedence of bulk, *automatic* an Auto-Submitted, *personal* none of these. Most real legitimate mail here came over ' +
    `public mailing lists (${lists} messages with a List-Id); newsletters are few, and the invented ones stand beside them.`
  );
}

const HAM_HEAD = ['kind', 'legitimate', 'above 1 % threshold', 'tagged', 'held'];

function falsePositives({ real, invented }: EvaluationReport): string[] {
  const rows = (slices: readonly Slice[]) =>
    slices
      .filter(({ ham }) => ham.messages > 0)
      .map(({ value, ham, above1Percent }) => [
        value,
        String(ham.messages),
        percentCell(above1Percent),
        percentCell(ham.tagged),
        percentCell(ham.held),
      ]);
  return [
    'Real mail:',
    markdownTable(HAM_HEAD, rows(real.kind)),
    ...invented.flatMap(({ fold, kind }) => [
      `Invented mail of the fold *${fold}*:`,
      markdownTable(HAM_HEAD, rows(kind)),
    ]),
  ];
}

const SLICE_HEAD = [
  'unwanted',
  'ROC AUC',
  'recall at 1 %',
  'tagged',
  'held',
  'legitimate',
  'above 1 % threshold',
  'tagged',
];

function sliceTable(name: string, slices: readonly Slice[]): string {
  return markdownTable(
    [name, ...SLICE_HEAD],
    slices.map(({ value, figures, unwanted, ham, above1Percent }) => [
      value,
      String(unwanted.messages),
      areaCell(figures?.auc),
      percentCell(figures?.recall[0]),
      percentCell(unwanted.tagged),
      percentCell(unwanted.held),
      String(ham.messages),
      percentCell(above1Percent),
      percentCell(ham.tagged),
    ]),
  );
}

function categoryTable(slices: readonly Slice[]): string {
  return markdownTable(
    ['category', 'unwanted', 'ROC AUC', 'recall at 1 %', 'tagged', 'held', 'right category¹'],
    slices.map(({ value, figures, unwanted, rightCategory }) => [
      value,
      String(unwanted.messages),
      areaCell(figures?.auc),
      percentCell(figures?.recall[0]),
      percentCell(unwanted.tagged),
      percentCell(unwanted.held),
      percentCell(rightCategory),
    ]),
  );
}

const RIGHT_CATEGORY =
  '¹ Of the messages with a score of 0.5 or more: the verdict names the category that a person read.';

function realSlices({ real }: EvaluationReport): string[] {
  return [
    '### Categories that a person read',
    categoryTable(real.category),
    RIGHT_CATEGORY,
    '### Sources',
    sliceTable('source', real.source),
    '### Languages',
    sliceTable('language', real.language),
    '### Years',
    sliceTable('year', real.year),
  ];
}

function inventedSlices({ invented }: EvaluationReport): string[] {
  return invented.flatMap(({ fold, category, language }) => [
    `### ${fold}: categories and languages`,
    ...(fold === MODERN ? [] : [categoryTable(category), RIGHT_CATEGORY]),
    sliceTable('language', language),
  ]);
}

function reliabilityWords({ calibration }: EvaluationReport): string {
  return `Over the held-out collections together, each weighing the same, with ${percent(calibration.prior)} of the mail unwanted, to which the score is calibrated. Rules come on top of a calibrated model, so scores over 0.5 may lean high.`;
}

function reliability({ reliability: bins }: EvaluationReport): string {
  return markdownTable(
    ['mean score', 'messages', 'share that is unwanted'],
    bins.map(({ predicted, messages, unwanted }) => [
      predicted.toFixed(3),
      String(messages),
      percent(unwanted),
    ]),
  );
}

function method({ duplicates, fusion, calibration }: EvaluationReport): string {
  const least = LEAST_HAM.join(', ');
  return [
    `- The dataset is measured by the code that serves (\`postern dataset build\`), rules included. Beside the model, rules count with ${fusion.rules} of their weight, together ${fusion.most} logit units at most: as much as held-out mail says.`,
    '- For each fold the recipe that makes the shipped model is run on the rest of the mail (`models/train/judge.py`).',
    `- ${duplicates.nearDuplicates} near duplicates and ${duplicates.labelConflicts} messages of clusters with both labels were removed before anything was split.`,
    `- Scores of all folds became probabilities by one line (slope ${calibration.a.toFixed(3)}, offset ${calibration.b.toFixed(3)}), fitted together with the share of the rules on the held-out collections and the modern fold themselves: three numbers for all, by which the shares at thresholds flatter a little.`,
    '- ROC AUC is exact, ties count half. Recall at a rate: the threshold is the lowest that at most this share of the legitimate mail of the fold exceeds.',
    `- Limits of AUC and recall: ${RESAMPLES} bootstrap resamples with a fixed seed, legitimate and unwanted messages drawn apart, 2.5 and 97.5 percentiles, widened to hold the figure. Messages of one campaign are not independent, so true limits are wider. Limits of shares: Wilson.`,
    `- No recall is given with fewer than ${least} legitimate messages at 1, 0.5 and 0.1 %.`,
    '- Rules were written knowing these collections; their part in the figures flatters a little. So do the features that were chosen on them.',
  ].join('\n');
}
