import { readLedger } from '../../ledger/reader.ts';
import type { AuditRecord } from '../../ledger/record.ts';

/** What changes what decides; changes of mail and people have the audit trail. */
const KINDS = ['config', 'model', 'rule'] as const;
type ChangeKind = (typeof KINDS)[number];

/** A change before this is old news; reading years of records for one line is not worth it. */
const BACK_MS = 90 * 86_400_000;

export type LastChange = Pick<AuditRecord, 'actor' | 'action' | 'subject' | 'before' | 'after'> & {
  readonly kind: ChangeKind;
  readonly at: Date;
};

/** The latest change of each kind of the last 90 days, newest first. */
export async function lastChanges(directory: string, now: Date): Promise<LastChange[]> {
  const latest = new Map<ChangeKind, LastChange>();
  const since = new Date(now.getTime() - BACK_MS);
  for await (const record of readLedger(directory, { kind: 'audit', since })) {
    const kind = KINDS.find((one) => record.subject.startsWith(`${one}:`));
    const at = new Date(record.at);
    if (kind === undefined || (latest.get(kind)?.at ?? since) > at) continue;
    const { actor, action, subject, before, after } = record;
    latest.set(kind, { kind, at, actor, action, subject, before, after });
  }
  return [...latest.values()].sort((a, b) => b.at.getTime() - a.at.getTime());
}
