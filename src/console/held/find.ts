import type { DecisionRecord } from '../../ledger/record.ts';
import { isMailId } from '../../mail/id.ts';
import type { Content } from '../../mail/mail.ts';
import { type Held, type HeldPage, QuarantineRefusal } from '../../quarantine/quarantine.ts';
import type { ConsoleParts } from '../parts.ts';
import { hasRole, type Principal, type Role, scopeOf } from '../principal.ts';
import { decisionInScope } from '../seen-decision.ts';
import { csvTable } from './csv.ts';
import { type HeldParameters, queryOf } from './query.ts';
import { HeldRefusal } from './refuse.ts';

/** Rows of an export: what a spreadsheet opens at once; more is a question for the API, page by page. */
export const EXPORT_ROWS = 5_000;
const PAGE = 50;
const EXPORT_PAGE = 200;
const RELATED = 10;

export type Parts = Pick<ConsoleParts, 'quarantine'>;

export function needs(principal: Principal, role: Role): void {
  if (!hasRole(principal, role)) throw new HeldRefusal('role');
}

export function listHeld(
  { quarantine }: Parts,
  principal: Principal,
  parameters: HeldParameters,
  limit = PAGE,
): Promise<HeldPage> {
  needs(principal, 'viewer');
  return quarantine.find(queryOf(parameters, scopeOf(principal), limit));
}

/** Throws Refusal `missing` also for what is not in scope: one cannot be told from the other. */
export async function heldOf({ quarantine }: Parts, principal: Principal, id: string): Promise<Held> {
  needs(principal, 'viewer');
  const held = isMailId(id) ? await quarantine.get(id, scopeOf(principal)) : null;
  if (held === null) throw new HeldRefusal('missing');
  return held;
}

/** A message with all that the page tells of it. */
export interface Dossier {
  readonly held: Held;
  /** As this viewer may see it. */
  readonly decision: DecisionRecord | null;
  /** Null where the mail is gone. */
  readonly content: Content | null;
  readonly similar: readonly Held[];
  /** Other mail of the same sender, of those in scope. */
  readonly earlier: HeldPage;
}

export async function dossierOf(parts: Parts, principal: Principal, id: string): Promise<Dossier> {
  const held = await heldOf(parts, principal, id);
  const { quarantine } = parts;
  const scope = scopeOf(principal);
  const sender = held.envelope.mailFrom || held.from;
  const [decision, content, similar, earlier] = await Promise.all([
    quarantine.decision(id),
    contentIfThere(parts, principal, id),
    quarantine.similar(id, scope, RELATED),
    quarantine.find({ scope, sender, limit: RELATED }),
  ]);
  const seen = decision === null ? null : decisionInScope(decision, scope);
  return { held, decision: seen, content, similar, earlier };
}

/** Throws Refusal where it is gone. */
export async function contentOf(parts: Parts, principal: Principal, id: string): Promise<Content> {
  await heldOf(parts, principal, id);
  const content = await contentIfThere(parts, principal, id);
  if (content === null) throw new HeldRefusal('gone');
  return content;
}

/** The bytes as they came: for those who act on mail. */
export function rawOf(parts: Parts, principal: Principal, id: string): Promise<Content> {
  needs(principal, 'analyst');
  return contentOf(parts, principal, id);
}

async function contentIfThere(
  { quarantine }: Parts,
  principal: Principal,
  id: string,
): Promise<Content | null> {
  try {
    return await quarantine.content(id, scopeOf(principal));
  } catch (error) {
    if (error instanceof QuarantineRefusal) return null;
    throw error;
  }
}

/** What the list finds as CSV, up to EXPORT_ROWS. */
export async function exportHeld(
  parts: Parts,
  principal: Principal,
  parameters: HeldParameters,
): Promise<string> {
  needs(principal, 'analyst');
  const rows: Held[] = [];
  let cursor: string | undefined;
  do {
    const { cursor: _, ...filters } = parameters;
    const page = await listHeld(parts, principal, { ...filters, cursor }, EXPORT_PAGE);
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < EXPORT_ROWS);
  const head = [
    'id',
    'held at',
    'state',
    'category',
    'score',
    'from',
    'envelope sender',
    'recipients',
    'subject',
    'reasons',
    'bytes',
  ];
  return csvTable([head, ...rows.slice(0, EXPORT_ROWS).map(cells)]);
}

function cells(held: Held): string[] {
  return [
    held.id,
    held.heldAt.toISOString(),
    held.state,
    held.category,
    held.score.toFixed(4),
    held.from,
    held.envelope.mailFrom ?? '',
    held.recipients.join(' '),
    held.subject,
    held.reasons.join('; '),
    String(held.sizeBytes),
  ];
}
