import { table } from '../../commands/table.ts';
import { quote } from '../../detect/rules/quote.ts';
import { percentCell } from '../markdown.ts';
import type { CaseGroup, Cases, Change, ReplaySummary } from './summary.ts';

/** A replay for people at a terminal. Hostile text is quoted. */
export function replayPage(summary: ReplaySummary): string {
  return [
    headLines(summary),
    movesTable(summary),
    casesTable(summary.cases),
    changesTable(summary),
    remarks(summary),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const KIND_WORDS: Readonly<Record<ReplaySummary['kind'], string>> = {
  policy: 'by logged scores, which this change leaves as they are',
  rules: 'with rules judged again on logged evidence',
  rescore: 'from raw mail, with the memory of senders as it was then',
};

function headLines(summary: ReplaySummary): string {
  const { kind, decisions, replayed, changed, verified, rescored } = summary;
  const lines = [
    `${replayed} of ${decisions} decisions replayed, ${KIND_WORDS[kind]}: ${changed} verdicts change`,
  ];
  if (rescored > 0) lines.push(`${rescored} more change their score alone`);
  if (verified !== null) {
    lines.push(
      `the current configuration makes ${verified.same} of ${verified.decisions} decisions as they were made`,
    );
  }
  return lines.join('\n');
}

function movesTable({ moves }: ReplaySummary): string {
  if (moves.length === 0) return '';
  return table(
    ['from', 'to', 'category', 'messages', 'known unwanted', 'known wanted', 'share of the verdict before'],
    moves.map((move) => [
      move.from,
      move.to,
      move.category,
      String(move.count),
      String(move.unwanted),
      String(move.wanted),
      percentCell(move.share),
    ]),
  );
}

const CASE_WORDS: Readonly<Record<keyof Cases, string>> = {
  newlyCaught: 'unwanted, newly caught',
  newlyMissed: 'unwanted, newly missed',
  newlyWrong: 'wanted, newly caught: wrong',
  newlyRight: 'wanted, newly let through',
};

/** Ids of a line; all are in the JSON. */
const IDS_SHOWN = 5;

function casesTable(cases: Cases): string {
  const rows = (Object.keys(CASE_WORDS) as (keyof Cases)[]).filter((name) => cases[name].of > 0);
  if (rows.length === 0) return 'nobody said of any of these messages what it is';
  return table(
    ['known cases', 'messages', 'of', 'share', 'ids'],
    rows.map((name) => caseRow(CASE_WORDS[name], cases[name])),
  );
}

function caseRow(words: string, { count, of, share, ids }: CaseGroup): string[] {
  const more = ids.length > IDS_SHOWN ? ' …' : '';
  return [
    words,
    String(count),
    String(of),
    percentCell(share),
    `${ids.slice(0, IDS_SHOWN).join(' ')}${more}`,
  ];
}

function changesTable({ changes, changed }: ReplaySummary): string {
  if (changes.length === 0) return '';
  const rest = changed > changes.length ? `\n… ${changed - changes.length} more: --list` : '';
  return `${table(['id', 'at', 'change', 'score', 'message', 'why'], changes.map(changeRow))}${rest}`;
}

function changeRow(change: Change): string[] {
  const { id, at, from, subject, before, after } = change;
  return [
    id,
    at.slice(0, 19),
    `${before.verdict} → ${after.verdict}`,
    before.score === after.score
      ? before.score.toFixed(3)
      : `${before.score.toFixed(3)} → ${after.score.toFixed(3)}`,
    `${quote(from)} ${quote(subject)}`,
    change.why.join('; '),
  ];
}

function remarks({ notReplayed, needsMail, asLogged, badLines }: ReplaySummary): string {
  const lines = notReplayed.reasons.map(({ reason, count }) => `not replayed: ${count}: ${reason}`);
  for (const { rule, decisions, fromLog } of needsMail) {
    lines.push(`${rule} needs mail: ${decisions} decisions, ${fromLog} of them taken from the log`);
  }
  if (asLogged.length > 0) {
    lines.push(
      `taken as logged, though the configurations differ (--rescore tries it): ${asLogged.join(', ')}`,
    );
  }
  return [...lines, ...badLines.map((line) => `not read: ${line}`)].join('\n');
}
