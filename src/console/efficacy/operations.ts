import type { Category, VerdictCategory } from '../../detect/category.ts';
import type { LedgerData } from '../../lab/data/open.ts';
import { isMailId } from '../../mail/id.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { ConsoleParts } from '../parts.ts';
import type { Principal } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { scopeWithin } from './allowed.ts';
import { type Computed, LedgerBusy, ledgerDesk } from './ledger-desk.ts';
import { ERRORS } from './queries.ts';
import { type Report, reportOf } from './report.ts';

export interface EfficacyQuery {
  readonly days: number;
  /** Of recipients; null is all in scope. */
  readonly domain: string | null;
}

/** Caught, wrong and missed of the last days, of the mail that the principal sees. Throws Refusal. */
export function efficacy(
  parts: ConsoleParts,
  principal: Principal,
  { days, domain }: EfficacyQuery,
): Promise<Computed<Overview>> {
  const scope = scopeWithin(principal, domain);
  const first = { category: null, before: null, limit: FIRST_MISTAKEN };
  return asked(() =>
    ledgerDesk(parts).answer({
      name: 'efficacy',
      days,
      scope,
      ask: async (data, span) => ({
        ...(await reportOf(data, span)),
        wrongMessages: await pageOf(data, { ...first, kind: 'wrong' }),
        missedMessages: await pageOf(data, { ...first, kind: 'missed' }),
      }),
    }),
  );
}

/** Below the figures; the others are a page away. */
const FIRST_MISTAKEN = 8;

/** Figures, and the latest errors: one look at the ledger gives both. */
export interface Overview extends Report {
  readonly wrongMessages: MistakenPage;
  readonly missedMessages: MistakenPage;
}

export type ErrorKind = 'wrong' | 'missed';

/** A message on which people and we differ. */
export interface Mistaken {
  readonly id: string;
  readonly at: Date;
  readonly from: string;
  readonly subject: string;
  /** Those in scope. */
  readonly recipients: readonly string[];
  readonly verdict: Verdict;
  readonly category: VerdictCategory;
  readonly score: number;
  /** What people say. */
  readonly is: VerdictCategory;
}

export interface MistakenQuery extends EfficacyQuery {
  readonly kind: ErrorKind;
  readonly category: Category | null;
  /** Older than the message of this id. */
  readonly before: string | null;
  readonly limit: number;
}

export interface MistakenPage {
  readonly rows: readonly Mistaken[];
  /** For `before` of the next page; null on the last. */
  readonly next: string | null;
}

/** As many as somebody reads at a sitting. */
export const MOST_MISTAKEN = 100;

/** Messages that were wrongly held, or missed, by what people said; latest first. Throws Refusal. */
export function mistaken(
  parts: ConsoleParts,
  principal: Principal,
  query: MistakenQuery,
): Promise<Computed<MistakenPage>> {
  const { kind, category, before, days, domain } = query;
  const scope = scopeWithin(principal, domain);
  if (before !== null && !isMailId(before)) throw new Refusal('bad', 'before: is no id of a message');
  const limit = Math.min(MOST_MISTAKEN, Math.max(1, Math.floor(query.limit)));
  return asked(() =>
    ledgerDesk(parts).answer({
      name: 'mistaken',
      details: [kind, category, before, limit],
      days,
      scope,
      ask: (data) => pageOf(data, { kind, category, before, limit }),
    }),
  );
}

async function pageOf(
  data: LedgerData,
  { limit, ...filter }: Pick<MistakenQuery, 'kind' | 'category' | 'before' | 'limit'>,
): Promise<MistakenPage> {
  const rows = await data.query<MistakenRow>(ERRORS, { ...filter, limit: limit + 1 });
  const shown = rows.slice(0, limit).map(mistakenOf);
  return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

export type MistakenRow = Omit<Mistaken, 'at' | 'from' | 'is'> & {
  readonly at: number;
  readonly sender: string | null;
  readonly is_category: VerdictCategory;
};

/** A message as the query gives it, for people. */
export function mistakenOf({ at, sender, is_category, ...row }: MistakenRow): Mistaken {
  return { ...row, at: new Date(at), from: sender ?? '', is: is_category };
}

/** A ledger that is busy is no fault of ours, nor of whoever asks. */
export async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LedgerBusy)
      throw new Refusal('tooOften', 'Many pages are asking the ledger just now; try again in a minute.');
    throw error;
  }
}
