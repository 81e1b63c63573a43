import { existsSync } from 'node:fs';
import { type LedgerData, openLedgerData } from '../../lab/data/open.ts';
import type { Scope } from '../../quarantine/scope.ts';
import type { ConsoleParts } from '../parts.ts';
import { narrow } from './scoped-data.ts';

/** Who looks again within a minute sees the same figures: opening a month of a busy ledger takes seconds. */
const FRESH_MS = 60_000;

/** Answers kept: a few people with a few filters each. */
const MOST_KEPT = 64;

/** Beyond it somebody opens pages faster than they can be made. */
export const MOST_WAITING = 12;

/** No page looks back further: a quarter tells a trend, and a year of a busy gate is no question for a page. */
export const MOST_DAYS = 90;

const DAY_MS = 86_400_000;

/** What was found, and when: people see that it is not of this second. */
export interface Computed<T> {
  readonly at: Date;
  readonly value: T;
}

/** Too many questions to the ledger wait. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy';
}

export interface Question<T> {
  /** With days, scope and `details` what answers are kept by. */
  readonly name: string;
  readonly details?: readonly (string | number | null)[];
  readonly days: number;
  readonly scope: Scope;
  readonly ask: (data: LedgerData, span: { readonly since: Date; readonly until: Date }) => Promise<T>;
}

interface Kept {
  readonly at: number;
  readonly answer: Promise<Computed<unknown>>;
}

/**
 * Asks the ledger for pages: one question at a time, in DuckDB's own threads, over the last days of the ledger and the mail in scope alone.
 * Answers are kept a minute, by scope.
 */
export class LedgerDesk {
  readonly #parts: Pick<ConsoleParts, 'config' | 'now'>;
  readonly #kept = new Map<string, Kept>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(parts: Pick<ConsoleParts, 'config' | 'now'>) {
    this.#parts = parts;
  }

  /** Throws LedgerBusy, and what DuckDB throws; a failure is not kept. */
  answer<T>(question: Question<T>): Promise<Computed<T>> {
    const { name, details = [], scope } = question;
    const days = Math.min(MOST_DAYS, Math.max(1, Math.floor(question.days)));
    const key = JSON.stringify([name, details, days, scope.domains?.toSorted() ?? null, scope.address]);
    const now = this.#parts.now().getTime();
    const kept = this.#kept.get(key);
    if (kept !== undefined && now - kept.at < FRESH_MS) return kept.answer as Promise<Computed<T>>;
    if (this.#waiting >= MOST_WAITING) throw new LedgerBusy('too many questions to the ledger are waiting');
    const answer = this.#inTurn(() => this.#ask({ ...question, days }));
    this.#keep(key, { at: now, answer });
    answer.catch(() => this.#kept.delete(key));
    return answer;
  }

  /** What was answered before a change may be wrong after it. */
  forget(): void {
    this.#kept.clear();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #ask<T>({ days, scope, ask }: Question<T>): Promise<Computed<T>> {
    const { ledger, lab } = this.#parts.config();
    const until = this.#parts.now();
    const since = new Date(until.getTime() - days * DAY_MS);
    const data = await openLedgerData({
      ledger: ledger.directory,
      since,
      ...(existsSync(lab.data) ? { parquet: lab.data } : {}),
    });
    try {
      await narrow(data, scope);
      return { at: until, value: await ask(data, { since, until }) };
    } finally {
      await data.close();
    }
  }
}

const desks = new WeakMap<ConsoleParts, LedgerDesk>();

/** The one desk of a console: its areas share the turn and what is kept. */
export function ledgerDesk(parts: ConsoleParts): LedgerDesk {
  const known = desks.get(parts);
  if (known !== undefined) return known;
  const made = new LedgerDesk(parts);
  desks.set(parts, made);
  return made;
}
