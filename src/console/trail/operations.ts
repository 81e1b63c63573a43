import { readLedger } from '../../ledger/reader.ts';
import type { AuditRecord } from '../../ledger/record.ts';
import type { ConsoleParts } from '../parts.ts';
import { hasRole, type Principal, seesAll } from '../principal.ts';
import { Refusal } from '../refusal.ts';

/** Of one page; older ones by an earlier `until`. */
export const MOST_RECORDS = 200;

export interface TrailQuery {
  /** Each a part of it, without regard to case. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/**
 * Records of the audit trail, the newest first, MOST_RECORDS at most. Somebody of some domains sees their own alone: subjects of
 * others could name what is not theirs. Throws Refusal below an analyst.
 */
export async function trailOf(
  parts: Pick<ConsoleParts, 'config'>,
  principal: Principal,
  query: TrailQuery,
): Promise<readonly AuditRecord[]> {
  if (!hasRole(principal, 'analyst')) throw new Refusal('forbidden', 'The audit trail needs an analyst.');
  const range = {
    ...(query.since === undefined ? {} : { since: query.since }),
    ...(query.until === undefined ? {} : { until: query.until }),
  };
  const found: AuditRecord[] = [];
  for await (const record of readLedger(parts.config().ledger.directory, { kind: 'audit', ...range })) {
    if (!isVisible(principal, record) || !fits(query, record)) continue;
    found.push(record);
    if (found.length > MOST_RECORDS) found.shift();
  }
  return found.reverse();
}

/** The filter of the page, the API and `postern audit`. */
export function fits({ actor, action, subject }: TrailQuery, record: AuditRecord): boolean {
  const has = (text: string, part: string | undefined) =>
    part === undefined || text.toLowerCase().includes(part.toLowerCase());
  return has(record.actor, actor) && has(record.action, action) && has(record.subject, subject);
}

function isVisible(principal: Principal, { actor }: AuditRecord): boolean {
  return seesAll(principal) || actor === principal.name || actor.startsWith(`token:${principal.name}/`);
}
