import { timeOfMailId } from '../mail/id.ts';
import { HOUR_MS, type LedgerFile, ledgerFiles } from './files.ts';
import { decodeLine } from './line.ts';
import { readLines } from './lines.ts';
import type {
  AuditRecord,
  DecisionRecord,
  FeedbackRecord,
  LedgerRecord,
  MailRecord,
  RecordKind,
} from './record.ts';

/** A line that could not be read, and why. */
export interface BadLine {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

export interface ReadOptions<K extends RecordKind> {
  readonly kind?: K;
  /** Records from this moment on. */
  readonly since?: Date;
  /** Records before this moment. */
  readonly until?: Date;
  /** Hears of each bad line; `describe` makes words of it. */
  readonly onBadLine?: (bad: BadLine) => void;
}

type RecordOf<K extends RecordKind> = {
  decision: DecisionRecord;
  feedback: FeedbackRecord;
  audit: AuditRecord;
}[K];

/** `file:line problem`, for people. */
export function describe(bad: BadLine): string {
  return `${bad.file}:${bad.line} ${bad.problem}`;
}

/** The records of a ledger (those about mail where no kind is named), oldest file first, compressed or not. Bad lines are reported and passed over. */
export async function* readLedger<K extends RecordKind = MailRecord['kind']>(
  directory: string,
  options: ReadOptions<K> = {},
): AsyncGenerator<RecordOf<K>> {
  const since = options.since?.getTime() ?? Number.NEGATIVE_INFINITY;
  const until = options.until?.getTime() ?? Number.POSITIVE_INFINITY;
  const files = (await ledgerFiles(directory)).filter(
    // A record is never written before its time, so a file that closed before `since` has none of it.
    (file) =>
      (options.kind === undefined ? file.kind !== 'audit' : options.kind === file.kind) &&
      file.hour + HOUR_MS > since,
  );
  for (const hour of byHour(files)) {
    // A crash while an hour was compressed leaves its lines twice, until the next start.
    const seen = hour.length > 1 ? new Set<string>() : null;
    for (const file of hour) {
      for await (const { record, text } of readRecords(file, options.onBadLine)) {
        const at = Date.parse(record.at);
        if (at < since || at >= until || seen?.has(text)) continue;
        seen?.add(text);
        yield record as RecordOf<K>;
      }
    }
  }
}

/** The decision with this id; null where the ledger has none. */
export async function findDecision(directory: string, id: string): Promise<DecisionRecord | null> {
  const files = (await ledgerFiles(directory)).filter((file) => file.kind === 'decision');
  const made = timeOfMailId(id) ?? 0;
  // The id says when: its hour, or the next ones while it waited. Clocks may lie, so then the others.
  const likely = files.filter((file) => file.hour + HOUR_MS > made);
  const others = files.filter((file) => file.hour + HOUR_MS <= made).reverse();
  for (const file of [...likely, ...others]) {
    for await (const line of readLines(file)) {
      if (!('text' in line) || !line.text.includes(id)) continue;
      const record = decodeOr(file, line.number, line.text, () => undefined);
      if (record?.kind === 'decision' && record.id === id) return record;
    }
  }
  return null;
}

async function* readRecords(
  file: LedgerFile,
  onBadLine: (bad: BadLine) => void = () => undefined,
): AsyncGenerator<{ readonly record: LedgerRecord; readonly text: string }> {
  for await (const line of readLines(file)) {
    if ('problem' in line) {
      onBadLine({ file: file.path, line: line.number, problem: line.problem });
      continue;
    }
    const record = decodeOr(file, line.number, line.text, onBadLine);
    if (record !== null) yield { record, text: line.text };
  }
}

function decodeOr(
  file: LedgerFile,
  line: number,
  text: string,
  onBadLine: (bad: BadLine) => void,
): LedgerRecord | null {
  try {
    return decodeLine(text);
  } catch (error) {
    onBadLine({ file: file.path, line, problem: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

function byHour(files: readonly LedgerFile[]): Iterable<LedgerFile[]> {
  return Map.groupBy(files, (file) => `${file.hour} ${file.kind}`).values();
}
