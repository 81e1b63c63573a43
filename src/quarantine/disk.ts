import type { Config } from '../config/schema.ts';
import { type Database, databasePlace, openDatabase } from '../database/open.ts';
import type { Decision } from '../decision.ts';
import { faultPoint } from '../faults.ts';
import type { DecisionRecord } from '../ledger/record.ts';
import { isMailId } from '../mail/id.ts';
import type { Content, Mail } from '../mail/mail.ts';
import type { Metrics } from '../observe/metrics.ts';
import { StorageError } from '../storage-error.ts';
import { endClaim, newClaim } from './claims.ts';
import type { MailStore } from './mail/mail-store.ts';
import { openMailStore } from './mail/open.ts';
import { heldOf, recordOf } from './new-held.ts';
import {
  type Held,
  type HeldChoice,
  type HeldPage,
  type HeldQuery,
  type HeldSummary,
  type Quarantine,
  QuarantineRefusal,
} from './quarantine.ts';
import { HeldRows } from './rows.ts';
import { type Scope, WHOLE } from './scope.ts';
import { type Damage, Upkeep } from './upkeep.ts';

const DAY_MS = 86_400_000;

export interface OpenQuarantine extends Quarantine {
  /** Of the rows; users, sessions and links are in it, too. */
  readonly database: Database;
  /** Rows and mail that do not belong together; empty where all is well. Reads no mail, only its size. */
  check(): Promise<readonly Damage[]>;
  /** Why the store of mail could not be put in order when the quarantine was opened; null where it was. The next `expire` tries again. */
  readonly notCleared: StorageError | null;
  /** Throws where nothing can be held just now. */
  writable(): Promise<void>;
}

/**
 * The quarantine: raw mail in a store, rows in a database. Opening it puts back what a dead process was releasing, and removes what
 * was never written whole; where the store of mail is away, later. Throws an Error that names the database where it is damaged or cannot be reached, or is gone while its mail
 * is there.
 */
export async function openQuarantine(
  config: Pick<Config, 'quarantine' | 'database'>,
  metrics: Metrics,
  now: () => Date = () => new Date(),
): Promise<OpenQuarantine> {
  const { directory, retentionDays } = config.quarantine;
  await using parts = new AsyncDisposableStack();
  const database = parts.adopt(await openDatabase(config.database, directory), (it) => it.destroy());
  const place = databasePlace(config.database, directory);
  const store = parts.adopt(await openMailStore(config.quarantine, { database, place, now }), (it) =>
    it.close(),
  );
  const rows = new HeldRows(database, place);
  const upkeep = new Upkeep({ store, rows, retentionMs: retentionDays * DAY_MS, now });
  await upkeep.putBack();
  const notCleared = await upkeep.clear().then(
    () => null,
    (error: unknown) => {
      // A bucket may be away just now; new mail hears 4xx meanwhile, and the next sweep tries again.
      if (error instanceof StorageError) return error;
      throw error;
    },
  );
  return new RowsAndMail({ notCleared, store, upkeep, rows, metrics, now, database, parts: parts.move() });
}

interface Parts {
  readonly notCleared: StorageError | null;
  readonly store: MailStore;
  readonly upkeep: Upkeep;
  readonly rows: HeldRows;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly database: Database;
  readonly parts: AsyncDisposableStack;
}

class RowsAndMail implements OpenQuarantine {
  readonly #parts: Parts;
  readonly #rows: HeldRows;
  readonly #store: MailStore;
  /** Holds under way, by id: a second one for the same id waits for the first. */
  readonly #holding = new Map<string, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#rows = parts.rows;
    this.#store = parts.store;
    // "Not a number" says so in the graph; an exception would take all other metrics with it.
    parts.metrics.readHeldFrom(() => this.count().catch(() => Number.NaN));
  }

  get database(): Database {
    return this.#parts.database;
  }

  get notCleared(): StorageError | null {
    return this.#parts.notCleared;
  }

  async hold(mail: Mail, decision: Decision, recipients: readonly string[]): Promise<void> {
    const before = this.#holding.get(decision.id);
    const ours = (before ?? Promise.resolve())
      .catch(() => undefined) // The first caller hears of its failure; we try ourselves.
      .then(() => this.#hold(mail, decision, recipients));
    this.#holding.set(decision.id, ours);
    try {
      await ours;
    } finally {
      if (this.#holding.get(decision.id) === ours) this.#holding.delete(decision.id);
    }
  }

  find(query: HeldQuery): Promise<HeldPage> {
    return this.#rows.find(query);
  }

  async get(id: string, scope: Scope = WHOLE): Promise<Held | null> {
    return isMailId(id) ? this.#rows.get(id, scope) : null;
  }

  async decision(id: string): Promise<DecisionRecord | null> {
    return isMailId(id) ? this.#rows.record(id) : null;
  }

  async content(id: string, scope: Scope = WHOLE): Promise<Content> {
    const held = await this.#known(id, scope);
    if (held.state === 'deleted' || held.state === 'expired') throw refusedByState(held);
    return this.#contentOf(held);
  }

  async release(
    id: string,
    choice: HeldChoice,
    deliver: (held: Held, content: Content) => Promise<void>,
  ): Promise<Held> {
    await this.#known(id, choice.scope);
    const claim = newClaim(id, this.#parts.now());
    try {
      const held = await this.#rows.claim(claim, choice);
      if (held === null) throw refusedByState(await this.#known(id, choice.scope), choice);
      try {
        faultPoint('release:claimed');
        await deliver(held, this.#contentOf(held));
      } catch (error) {
        await this.#rows.putBack(claim, null);
        throw error;
      }
      faultPoint('release:delivered');
      if (!(await this.#rows.markReleased(claim, choice.by, this.#parts.now()))) {
        throw new Error(
          `${id} was delivered, but the claim on it was taken away meanwhile: it may be released twice`,
        );
      }
      faultPoint('release:marked');
      return await this.#known(id, choice.scope);
    } finally {
      endClaim(claim);
    }
  }

  async delete(id: string, choice: HeldChoice): Promise<void> {
    const held = await this.#known(id, choice.scope);
    faultPoint('withdraw:begun');
    // The row first: a row without its mail would look like a loss, mail without its row is swept.
    const left = await this.#rows.markDeleted(id, choice);
    if (left === 'none') throw refusedByState(await this.#known(id, choice.scope), choice);
    faultPoint('withdraw:marked');
    if (left === 'last') await this.#store.remove(id, held.heldAt);
    faultPoint('withdraw:removed');
  }

  async similar(id: string, scope: Scope, limit: number): Promise<readonly Held[]> {
    return (await this.get(id, scope)) === null ? [] : this.#rows.similar(id, scope, limit);
  }

  summary(scope: Scope): Promise<HeldSummary> {
    return this.#rows.summary(scope);
  }

  expire(now: Date): Promise<number> {
    return this.#parts.upkeep.expire(now);
  }

  count(): Promise<number> {
    return this.#rows.count();
  }

  check(): Promise<readonly Damage[]> {
    return this.#parts.upkeep.damages();
  }

  async writable(): Promise<void> {
    await this.#rows.probe();
    await this.#store.writable();
  }

  async close(): Promise<void> {
    this.#parts.metrics.readHeldFrom(null);
    await this.#parts.parts.disposeAsync();
  }

  async #hold(mail: Mail, decision: Decision, recipients: readonly string[]): Promise<void> {
    const before = await this.get(decision.id);
    if (before !== null) return await this.#holdAgain(before, recipients);
    const held = heldOf(mail, decision, recipients, this.#parts.now());
    try {
      await this.#store.write(held.id, held.heldAt, mail.content);
      await this.#rows.insert({ held, record: recordOf(decision) });
      faultPoint('hold:inserted');
    } catch (error) {
      await this.#dropUnlisted(held);
      throw error;
    }
  }

  /** Unless the row is there after all, or nobody knows: then it is mail that somebody may have answered for, and the sweep decides. */
  async #dropUnlisted({ id, heldAt }: Held): Promise<void> {
    if (!isMailId(id)) return;
    const isListed = await this.#rows.get(id, WHOLE).then(
      (row) => row !== null,
      () => true,
    );
    if (!isListed) await this.#store.remove(id, heldAt);
  }

  async #holdAgain(before: Held, recipients: readonly string[]): Promise<void> {
    const added = recipients.filter((one) => !before.recipients.includes(one));
    if (added.length === 0) return;
    if (!(await this.#rows.addRecipients(before.id, added)))
      throw refusedByState(await this.#known(before.id, WHOLE));
  }

  async #known(id: string, scope: Scope): Promise<Held> {
    const held = await this.get(id, scope);
    if (held === null)
      throw new QuarantineRefusal('unknown', `no message ${JSON.stringify(id.slice(0, 100))} here`);
    return held;
  }

  #contentOf({ id, heldAt, sizeBytes }: Held): Content {
    return this.#store.read(id, heldAt, sizeBytes);
  }
}

/** The state of those that were meant, where some were. */
function refusedByState(held: Held, choice?: HeldChoice): QuarantineRefusal {
  const words = {
    held: 'is held',
    releasing: 'is just being released',
    released: 'was released already',
    deleted: 'was deleted',
    expired: 'is gone: its time in the quarantine is over',
  };
  const named = choice?.recipients?.map((recipient) => recipient.toLowerCase());
  if (named === undefined) return new QuarantineRefusal('state', `message ${held.id} ${words[held.state]}`);
  const fate = held.fates.find(({ recipient }) => named.includes(recipient.toLowerCase()));
  if (fate === undefined)
    return new QuarantineRefusal('unknown', `message ${held.id} was not held for this recipient`);
  return new QuarantineRefusal('state', `message ${held.id} ${words[fate.state]} for ${fate.recipient}`);
}
