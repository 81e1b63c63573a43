import type { LedgerData } from '../../lab/data/open.ts';
import type { ReplayWork } from './replay-thread.ts';

/** Whoever slides sees the mail up to their first question; a minute later they see what came meanwhile. */
export const FRESH_MS = 60_000;

/** People of different domains, or of different spans; an opened ledger of a month may take some hundred megabytes. */
const MOST_OPENED = 2;

export interface OpenedLedger {
  readonly data: LedgerData;
  readonly since: Date;
  readonly until: Date;
}

interface Kept extends OpenedLedger {
  readonly key: string;
  readonly openedAt: number;
}

/** Ledgers that stay open between questions of the same span and scope. */
export class OpenedLedgers {
  readonly #open: (work: ReplayWork) => Promise<OpenedLedger>;
  readonly #now: () => number;
  #kept: readonly Kept[] = [];

  constructor(open: (work: ReplayWork) => Promise<OpenedLedger>, now = () => performance.now()) {
    this.#open = open;
    this.#now = now;
  }

  /** What a replay of this work reads from: opened now, or less than a minute ago. */
  async of(work: ReplayWork) {
    const { ledger, data, scope, generation } = work;
    const key = JSON.stringify([
      generation,
      ledger,
      data,
      scope,
      work.until.getTime() - work.since.getTime(),
    ]);
    const kept = this.#kept.find((one) => one.key === key && this.#now() - one.openedAt < FRESH_MS);
    const found = kept ?? { ...(await this.#open(work)), key, openedAt: this.#now() };
    const rest = this.#kept.filter((one) => one !== found && one.key !== key);
    const stays = [found, ...rest].slice(0, MOST_OPENED);
    for (const one of this.#kept) if (!stays.includes(one)) await one.data.close();
    this.#kept = stays;
    return { options: { opened: found.data, since: found.since, until: found.until } };
  }
}
