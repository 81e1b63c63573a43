import { stat, unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Decision } from '../decision.ts';
import { faultPoint } from '../faults.ts';
import { fileContent } from '../mail/content.ts';
import { isMailId } from '../mail/id.ts';
import type { Content, Mail } from '../mail/mail.ts';
import type { Metrics } from '../observe/metrics.ts';
import { isAbandoned, newClaim } from './claims.ts';
import { DurableFolder, ifMissing, mailFiles, mailPath, makeDurable, removeEmptyDays } from './files.ts';
import { type Held, type HeldFilter, type Quarantine, QuarantineRefusal } from './quarantine.ts';
import { HeldRows } from './rows.ts';

const DAY_MS = 86_400_000;

/** A file without a row this old is no mail that somebody is just about to hold: even a slow disk has written it by then. */
const ORPHAN_MS = 3_600_000;

/** A row whose mail file is not as it was written. */
export interface Damage {
  readonly id: string;
  readonly problem: 'missing' | 'size';
}

export interface DiskQuarantine extends Quarantine {
  /** Rows whose mail is missing or cut short; empty where all is well. Reads no mail, only its size. */
  check(): Promise<readonly Damage[]>;
  /** Throws where nothing can be held just now. */
  writable(): Promise<void>;
}

/**
 * The quarantine in a folder: mail as files, rows in SQLite beside them. Opening it puts back what a dead process was
 * releasing, and removes files that never got their row: nobody was told 250 for them.
 */
export async function openQuarantine(
  config: Config['quarantine'],
  metrics: Metrics,
  now: () => Date = () => new Date(),
): Promise<DiskQuarantine> {
  const directory = resolve(config.directory);
  await makeDurable(join(directory, 'mail'), directory);
  const rows = new HeldRows(join(directory, 'quarantine.sqlite'));
  const quarantine = new FolderQuarantine(directory, config.retentionDays * DAY_MS, rows, metrics, now);
  try {
    await quarantine.recover();
  } catch (error) {
    quarantine.close();
    throw error;
  }
  return quarantine;
}

class FolderQuarantine implements DiskQuarantine {
  readonly #directory: string;
  readonly #retentionMs: number;
  readonly #rows: HeldRows;
  readonly #metrics: Metrics;
  readonly #files: DurableFolder;
  readonly #now: () => Date;
  /** Holds under way, by id: a second one for the same id waits for the first. */
  readonly #holding = new Map<string, Promise<void>>();

  constructor(directory: string, retentionMs: number, rows: HeldRows, metrics: Metrics, now: () => Date) {
    this.#directory = directory;
    this.#retentionMs = retentionMs;
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
    if (!this.#rows.claim(claim)) throw refusedByState(this.#known(id));
    const held = this.#known(id);
    try {
      faultPoint('release:claimed');
      await deliver(held, this.#contentOf(held));
    } catch (error) {
      this.#rows.putBack(claim, null);
      throw error;
    }
    faultPoint('release:delivered');
    if (!this.#rows.markReleased(claim, this.#now())) {
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
    if (!this.#rows.markDeleted(id)) throw refusedByState(this.#known(id));
    faultPoint('withdraw:marked');
    await this.#removeFile(held);
    faultPoint('withdraw:removed');
  }

  async expire(now: Date): Promise<number> {
    const oldest = new Date(now.getTime() - this.#retentionMs);
    let expired = 0;
    for (const held of this.#rows.heldBefore(oldest, 'held')) {
      if (!this.#rows.markExpired(held.id)) continue;
      await this.#removeFile(held);
      expired += 1;
    }
    for (const held of this.#rows.heldBefore(oldest, 'released')) {
      if (!this.#rows.remove(held.id, 'released')) continue;
      await this.#removeFile(held);
      expired += 1;
    }
    for (const held of this.#rows.heldBefore(oldest, 'deleted')) this.#rows.remove(held.id, 'deleted');
    const longGone = new Date(oldest.getTime() - this.#retentionMs);
    for (const held of this.#rows.heldBefore(longGone, 'expired')) this.#rows.remove(held.id, 'expired');
    await this.recover();
    await removeEmptyDays(this.#directory, this.#now());
    return expired;
  }

  count(): number {
    return this.#rows.count('held');
  }

  async check(): Promise<readonly Damage[]> {
    const damages: Damage[] = [];
    for (const held of [...this.#rows.withFile()]) {
      const found = await stat(this.#pathOf(held)).catch(ifMissing);
      if (found?.size === held.sizeBytes) continue;
      // It may have been deleted or have expired since the rows were read.
      const state = this.#rows.get(held.id)?.state;
      if (state === undefined || state === 'deleted' || state === 'expired') continue;
      damages.push({ id: held.id, problem: found === null ? 'missing' : 'size' });
    }
    return damages;
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

  /** Puts right what dead processes left: interrupted releases go back, files without a row go. */
  async recover(): Promise<void> {
    const now = this.#now();
    for (const claim of this.#rows.claims()) {
      if (isAbandoned(claim, now)) this.#rows.putBack(claim, 'release_interrupted');
    }
    for await (const file of mailFiles(this.#directory)) {
      const row = file.id === null ? null : this.#rows.get(file.id);
      const gone = row !== null && (row.state === 'deleted' || row.state === 'expired');
      const orphan = row === null || this.#pathOf(row) !== file.path;
      const old = now.getTime() - file.modifiedAt.getTime() > ORPHAN_MS;
      if (gone || (orphan && old)) await unlink(file.path).catch(ifMissing);
    }
  }

  async #hold(mail: Mail, decision: Decision, recipients: readonly string[]): Promise<void> {
    const before = this.#rows.get(decision.id);
    if (before !== null) return this.#holdAgain(before, recipients);
    const held = heldOf(mail, decision, recipients, this.#now());
    const path = this.#pathOf(held);
    try {
      await this.#files.write(path, mail.content);
      this.#rows.insert(held);
      faultPoint('hold:inserted');
    } catch (error) {
      // Unless the row is there after all: then the file is mail that somebody may have answered for.
      if (this.#rows.get(held.id) === null) await unlink(path).catch(ifMissing);
      throw error;
    }
  }

  #holdAgain(before: Held, recipients: readonly string[]): void {
    const added = recipients.filter((one) => !before.recipients.includes(one));
    if (added.length > 0 && !this.#rows.addRecipients(before.id, added))
      throw refusedByState(this.#known(before.id));
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
