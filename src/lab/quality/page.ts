import { generatedBy, markdownTable, percent } from '../markdown.ts';
import type { Probe, QualityReport } from './report.ts';

/** Rows of a table of languages; the rest is one row. */
const LANGUAGES = 20;

/** docs/data-quality.md. */
export function qualityPage(report: QualityReport): string {
  return `${[
    generatedBy('postern quality DATASET'),
    '# What is wrong with the training data',
    `${report.duplicates.messages} labelled messages; ${report.kept} are left when near duplicates and contradictory labels are gone. Everything below is counted by \`models/train/quality.py\`; training removes what is named here before it splits anything.`,
    '## Duplicates',
    DUPLICATES,
    duplicates(report),
    `The largest cluster has ${report.duplicates.largestCluster} messages.`,
    '### Across splits',
    SPLITS,
    splits(report),
    '## Contradictory labels',
    conflicts(report),
    '## Can a model tell the collection?',
    PROBES,
    ...report.probes.flatMap(probe),
    '## Balance',
    BALANCE,
    '### Collections',
    balance('collection', report.balance.source),
    '### Years',
    balance('year', report.balance.year.map(namedYear)),
    '### Languages',
    balance('language', languages(report)),
  ].join('\n\n')}\n`;
}

const DUPLICATES =
  'Exact: the same words in subject and visible text, whatever the markup. Near: at least three quarters of the hashed word and ' +
  'character n-grams alike (MinHash). Of each cluster the first message stays.';

const SPLITS =
  'Judged messages with a near duplicate among those that were learnt: before the removal, and after it, looked for with other hashes ' +
  'than those that removed them. Where sources are held out there are few or none, because clusters rarely cross collections; by time and at random ' +
  'they would make the figures better than life.';

const PROBES =
  'A small forest guesses the collection of a message from its features, among legitimate and among unwanted mail apart, each ' +
  'collection weighing the same; balanced accuracy on messages that it did not see. What tells the collections apart can pass for a ' +
  'sign of attacks where a collection holds one kind of mail only. *Speaking* features are those that the trees may read; the others ' +
  'are measured and kept from them. *Only what is missing* sees which values are there and not what they are.';

const BALANCE =
  'Without duplicates. The weights of training let both classes count the same in old and in modern mail, and a collection as the ' +
  'root of its size (`models/train/data.py`).';

function duplicates({ duplicates: { bySource, messages, exact, near } }: QualityReport): string {
  const rows = bySource.map((one) => [
    one.source,
    String(one.messages),
    String(one.exact),
    String(one.near),
    percent(one.near / one.messages),
  ]);
  const all = ['*all*', String(messages), String(exact), String(near), percent(near / messages)];
  return markdownTable(['collection', 'messages', 'exact', 'near (exact too)', 'share'], [...rows, all]);
}

function splits({ splits: all }: QualityReport): string {
  return markdownTable(
    ['held out', 'judged before', 'straddling', 'judged after', 'straddling'],
    all.map((one) => [
      one.fold,
      String(one.judgedBefore),
      String(one.before),
      String(one.judged),
      String(one.after),
    ]),
  );
}

function conflicts({ duplicates: { conflicts: count, conflictsBySource } }: QualityReport): string {
  if (count === 0) return 'No cluster of near duplicates has both labels.';
  const where = Object.entries(conflictsBySource).map(([source, messages]) => `${source} ${messages}`);
  return `${count} messages are in clusters that have legitimate and unwanted messages; these clusters are left out whole: ${where.join(', ')}.`;
}

function probe(one: Probe): string[] {
  const classes = Object.entries(one.classes).map(([source, messages]) => `${source} ${messages}`);
  return [
    `### Among ${one.among} mail`,
    `${classes.join(', ')} messages. Guessing at random is right in ${percent(one.chance)}.`,
    markdownTable(
      ['features', 'balanced accuracy'],
      [
        ['all', percent(one.allFeatures)],
        ['speaking', percent(one.speakingFeatures)],
        ['only what is missing', percent(one.onlyWhatIsMissing)],
      ],
    ),
    'The features that give most away, each alone:',
    markdownTable(
      ['feature', 'balanced accuracy', 'missing', 'speaks'],
      one.givingAway.map(({ feature, accuracy, missing, speaks }) => [
        `\`${feature}\``,
        percent(accuracy),
        percent(missing),
        speaks ? 'yes' : 'no',
      ]),
    ),
  ];
}

type Counted = QualityReport['balance']['year'][number];

function balance(name: string, rows: readonly Counted[]): string {
  return markdownTable(
    [name, 'legitimate', 'unwanted'],
    rows.map(({ value, ham, unwanted }) => [value, String(ham), String(unwanted)]),
  );
}

function namedYear(row: Counted): Counted {
  return row.value === '0' ? { ...row, value: 'unknown' } : row;
}

function languages({ balance: { language } }: QualityReport): Counted[] {
  const sorted = language
    .map((row) => (row.value === '' ? { ...row, value: 'not told' } : row))
    .sort((a, b) => b.ham + b.unwanted - a.ham - a.unwanted || (a.value < b.value ? -1 : 1));
  const rest = sorted.slice(LANGUAGES);
  if (rest.length === 0) return sorted;
  const total = (side: 'ham' | 'unwanted') => rest.reduce((sum, row) => sum + row[side], 0);
  const others = { value: `${rest.length} others`, ham: total('ham'), unwanted: total('unwanted') };
  return [...sorted.slice(0, LANGUAGES), others];
}
