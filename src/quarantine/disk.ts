import { unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Decision } from '../decision.ts';
import { faultPoint } from '../faults.ts';
import { fileContent } from '../mail/content.ts';
import { isMailId } from '../mail/id.ts';
import type { Content, Mail } from '../mail/mail.ts';
import type { Metrics } from '../observe/metrics.ts';
import { newClaim } from './claims.ts';
import { DurableFolder, ifMissing, mailPath, makeDurable } from './files.ts';
import { type Held, type HeldFilter, type Quarantine, QuarantineRefusal } from './quarantine.ts';
import { HeldRows } from './rows.ts';
import { type Damage, refuseWithoutRows, Upkeep } from './upkeep.ts';

const DAY_MS = 86_400_000;

export interface DiskQuarantine extends Quarantine {
  /** Rows and files that do not belong together; empty where all is well. Reads no mail, only its size. */
  check(): Promise<readonly Damage[]>;
  /** Throws where nothing can be held just now. */
  writable(): Promise<void>;
}

/**
 * The quarantine in a folder: mail as files, rows in SQLite beside them. Opening it puts back what a dead process was
 * releasing, and removes what was never written whole. Throws an Error that names the path where the database is damaged, or
 * is gone while its mail is there.
 */
export async function openQuarantine(
  config: Config['quarantine'],
  metrics: Metrics,
  now: () => Date = () => new Date(),
): Promise<DiskQuarantine> {
  const directory = resolve(config.directory);
  await makeDurable(join(directory, 'mail'), directory);
  const database = join(directory, 'quarantine.sqlite');
  await refuseWithoutRows(database, directory);
  const rows = new HeldRows(database);
  const upkeep = new Upkeep({ directory, rows, retentionMs: config.retentionDays * DAY_MS, now });
  const quarantine = new FolderQuarantine(directory, upkeep, rows, metrics, now);
  try {
    await upkeep.recover();
  } catch (error) {
    quarantine.close();
    throw error;
  }
  return quarantine;
}

class FolderQuarantine implements DiskQuarantine {
  readonly #directory: string;
  readonly #upkeep: Upkeep;
  readonly #rows: HeldRows;
  readonly #metrics: Metrics;
  readonly #files: DurableFolder;
  readonly #now: () => Date;
  /** Holds under way, by id: a second one for the same id waits for the first. */
  readonly #holding = new Map<string, Promise<void>>();

  constructor(directory: string, upkeep: Upkeep, rows: HeldRows, metrics: Metrics, now: () => Date) {
    this.#directory = directory;
    this.#upkeep = upkeep;
    this.#rows = rows;
    this.#metrics = metrics;
    this.#files = new DurableFolder(directory);
    this.#now = now;
    metrics.readHeldFrom(() => this.#countForMetrics());
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

  list(filter: HeldFilter = {}): readonly Held[] {
    return this.#rows.list(filter);
  }

  get(id: string): Held | null {
    return isMailId(id) ? this.#rows.get(id) : null;
  }

  content(id: string): Content {
    const held = this.#known(id);
    if (held.state === 'deleted' || held.state === 'expired') throw refusedByState(held);
    return this.#contentOf(held);
  }

  async release(id: string, deliver: (held: Held, content: Content) => Promise<void>): Promise<Held> {
    this.#known(id);
    const claim = newClaim(id, this.#now());
    if (!(await this.#rows.change((rows) => rows.claim(claim)))) throw refusedByState(this.#known(id));
    const held = this.#known(id);
    try {
      faultPoint('release:claimed');
      await deliver(held, this.#contentOf(held));
    } catch (error) {
      await this.#rows.change((rows) => rows.putBack(claim, null));
      throw error;
    }
    faultPoint('release:delivered');
    if (!(await this.#rows.change((rows) => rows.markReleased(claim, this.#now())))) {
      throw new Error(
        `${id} was delivered, but the claim on it was taken away meanwhile: it may be released twice`,
      );
    }
    faultPoint('release:marked');
    return this.#known(id);
  }

  async delete(id: string): Promise<void> {
    const held = this.#known(id);
    faultPoint('withdraw:begun');
    // The row first: a row without its file would look like a loss, a file without its row is swept.
    if (!(await this.#rows.change((rows) => rows.markDeleted(id)))) throw refusedByState(this.#known(id));
    faultPoint('withdraw:marked');
    await this.#removeFile(held);
    faultPoint('withdraw:removed');
  }

  expire(now: Date): Promise<number> {
    return this.#upkeep.expire(now);
  }

  count(): number {
    return this.#rows.count('held');
  }

  check(): Promise<readonly Damage[]> {
    return this.#upkeep.damages();
  }

  async writable(): Promise<void> {
    this.#rows.probe();
    const probe = join(this.#directory, `.writable-${process.pid}`);
    await writeFile(probe, 'written to see whether it can be\n');
    await unlink(probe).catch(ifMissing);
  }

  close(): void {
    this.#metrics.readHeldFrom(null);
    this.#rows.close();
  }

  async #hold(mail: Mail, decision: Decision, recipients: readonly string[]): Promise<void> {
    const before = this.#rows.get(decision.id);
    if (before !== null) return await this.#holdAgain(before, recipients);
    const held = heldOf(mail, decision, recipients, this.#now());
    const path = this.#pathOf(held);
    try {
      await this.#files.write(path, mail.content);
      await this.#rows.change((rows) => rows.insert(held));
      faultPoint('hold:inserted');
    } catch (error) {
      // Unless the row is there after all: then the file is mail that somebody may have answered for.
      if (this.#rows.get(held.id) === null) await unlink(path).catch(ifMissing);
      throw error;
    }
  }

  async #holdAgain(before: Held, recipients: readonly string[]): Promise<void> {
    const added = recipients.filter((one) => !before.recipients.includes(one));
    if (added.length === 0) return;
    const done = await this.#rows.change((rows) => rows.addRecipients(before.id, added));
    if (!done) throw refusedByState(this.#known(before.id));
  }

  #known(id: string): Held {
    const held = this.get(id);
    if (held === null)
      throw new QuarantineRefusal('unknown', `no message ${JSON.stringify(id.slice(0, 100))} here`);
    return held;
  }

  #pathOf(held: Held): string {
    return mailPath(this.#directory, held.id, held.heldAt);
  }

  #contentOf(held: Held): Content {
    return fileContent(this.#pathOf(held), held.sizeBytes);
  }

  async #removeFile(held: Held): Promise<void> {
    await unlink(this.#pathOf(held)).catch(ifMissing);
  }

  #countForMetrics(): number {
    try {
      return this.count();
    } catch {
      // "Not a number" says so in the graph; an exception would take all other metrics with it.
      return Number.NaN;
    }
  }
}

function heldOf(mail: Mail, decision: Decision, recipients: readonly string[], now: Date): Held {
  return {
    id: decision.id,
    heldAt: now,
    state: 'held',
    envelope: mail.envelope,
    recipients: [...new Set(recipients)],
    from: decision.from,
    subject: decision.subject,
    category: decision.assessment.category,
    score: decision.assessment.score,
    reasons: decision.reasons,
    sizeBytes: mail.content.size,
    releasedAt: null,
    note: null,
  };
}

function refusedByState(held: Held): QuarantineRefusal {
  const words = {
    held: 'is held',
    releasing: 'is just being released',
    released: 'was released already',
    deleted: 'was deleted',
    expired: 'is gone: its time in the quarantine is over',
  };
  return new QuarantineRefusal('state', `message ${held.id} ${words[held.state]}`);
}
