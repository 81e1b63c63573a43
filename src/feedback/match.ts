import type { Case } from '../lab/cases/case.ts';
import { HOUR_MS, type LedgerFile, ledgerFiles } from '../ledger/files.ts';
import { decodeLine } from '../ledger/line.ts';
import { readLines } from '../ledger/lines.ts';
import { findDecision } from '../ledger/reader.ts';
import type { DecisionRecord } from '../ledger/record.ts';
import type { Reported } from './reported.ts';

const DAY_MS = 24 * HOUR_MS;
/** Mail comes up to a day before its date (clocks, zones) and, from a queue, up to five days after it (RFC 5321 section 4.5.4.1). */
const BEFORE_DATE_MS = DAY_MS;
const AFTER_DATE_MS = 5 * DAY_MS;
/** A date is the sender's word. Where it leads nowhere, the newest part of the ledger is read, and no more: people report what is new. */
export const RECENT_MS = 14 * DAY_MS;

export interface Match {
  readonly decision: DecisionRecord;
  readonly by: NonNullable<Case['matchedBy']>;
}

/**
 * The decision on a reported message. The id in its X-Postern-Verdict counts where Message-ID and From are those of the decision;
 * otherwise Message-ID and From, or From and subject where it has no Message-ID. Of several, the one for this reporter or a recipient that
 * the message names, then the one nearest to its date. Null where the ledger has none.
 */
export async function matchDecision(
  directory: string,
  reported: Reported,
  reporter: string | null,
  now: Date,
): Promise<Match | null> {
  if (reported.verdictId !== null) {
    const decision = await findDecision(directory, reported.verdictId);
    if (decision !== null && isSame(decision, reported)) return { decision, by: 'verdict_header' };
  }
  if (reported.from === '') return null;
  const files = (await ledgerFiles(directory)).filter(({ kind }) => kind === 'decision');
  const [likely, others] = split(files, reported.date, now);
  for (const some of [likely, others]) {
    const candidates = await candidatesIn(some, reported);
    const decision = best(candidates, reported, reporter);
    if (decision === null) continue;
    return { decision, by: reported.messageId === '' ? 'sender_and_subject' : 'message_id' };
  }
  return null;
}

function split(files: readonly LedgerFile[], date: Date | null, now: Date): [LedgerFile[], LedgerFile[]] {
  const around = date?.getTime() ?? Number.NaN;
  const isLikely = ({ hour }: LedgerFile) =>
    hour + HOUR_MS > around - BEFORE_DATE_MS && hour < around + AFTER_DATE_MS;
  const isRecent = ({ hour }: LedgerFile) => hour > now.getTime() - RECENT_MS;
  return [files.filter(isLikely), files.filter((file) => !isLikely(file) && isRecent(file))];
}

async function candidatesIn(files: readonly LedgerFile[], reported: Reported): Promise<DecisionRecord[]> {
  // As the line has it: most lines are passed over without being read as JSON.
  const mark = JSON.stringify(reported.messageId === '' ? reported.subject : reported.messageId);
  const found = new Map<string, DecisionRecord>();
  for (const file of files) {
    for await (const line of readLines(file)) {
      if (!('text' in line) || !line.text.includes(mark)) continue;
      const decision = decisionOf(line.text);
      if (decision !== null && isSame(decision, reported)) found.set(decision.id, decision);
    }
  }
  return [...found.values()];
}

function isSame(decision: DecisionRecord, { from, messageId, subject }: Reported): boolean {
  if (decision.from.toLowerCase() !== from || decision.messageId !== messageId) return false;
  return messageId !== '' || decision.subject === subject;
}

function best(
  candidates: readonly DecisionRecord[],
  { date, recipients }: Reported,
  reporter: string | null,
): DecisionRecord | null {
  const distance = (one: DecisionRecord) =>
    date === null ? 0 : Math.abs(Date.parse(one.at) - date.getTime());
  const closeness = (one: DecisionRecord) => {
    if (reporter !== null && isRecipient(one, reporter)) return 2;
    return recipients.some((recipient) => isRecipient(one, recipient)) ? 1 : 0;
  };
  const sorted = [...candidates].sort(
    (a, b) => closeness(b) - closeness(a) || distance(a) - distance(b) || (a.id < b.id ? -1 : 1),
  );
  return sorted[0] ?? null;
}

/** Whether the message of a decision was for this address. */
export function isRecipient(decision: DecisionRecord, address: string): boolean {
  return decision.envelope.rcptTo.some((recipient) => recipient.toLowerCase() === address.toLowerCase());
}

/** Bad lines are passed over: whoever reads the ledger for people names them. */
function decisionOf(text: string): DecisionRecord | null {
  try {
    const record = decodeLine(text);
    return record.kind === 'decision' ? record : null;
  } catch {
    return null;
  }
}
