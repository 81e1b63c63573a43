import { chownSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Config } from '../config/schema.ts';
import { type BadLine, readLedger } from '../ledger/reader.ts';
import type { MailRecord } from '../ledger/record.ts';
import { Mistake } from '../mistake.ts';
import type { Metrics } from '../observe/metrics.ts';
import { isDamaged, isLocked } from '../sqlite.ts';
import { type Counters, halfLivesOf } from './fold.ts';
import type { KeyHasher } from './hashed.ts';
import { parseKey } from './key.ts';
import { observationOfFeedback } from './learn.ts';
import { hasherOf, openReputation, openStore } from './open.ts';
import type { Observation } from './reputation.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { CounterStore, Entry } from './store.ts';

/** Folded before the store is written to: few enough that none of what waits is dropped. */
const RECORDS_PER_FLUSH = 500;
/** Copied at a time. */
const BATCH = 1_000;

/** What mail of our own taught, of which the ledger has no records; the rest of the same entry comes from there. */
function writtenAlone(counters: Counters): Counters {
  const none = { messages: 0, held: 0, refused: 0, reportedBad: 0, reportedGood: 0, recent: 0 };
  return { ...counters, ...none };
}

export interface Rebuilt {
  readonly decisions: number;
  readonly feedback: number;
  /** Entries of what we wrote ourselves, taken over from the old file. */
  readonly kept: number;
  /** Why none could be taken over; null where nothing stood against it. */
  readonly notKept: string | null;
}

export interface RebuildOptions {
  readonly metrics: Metrics;
  readonly onRecord: (count: number) => void;
  readonly onBadLine: (bad: BadLine) => void;
}

/**
 * Makes the memory anew from the ledger: decisions and feedback are folded into a file beside, which then takes the place of the old one.
 * Throws a Mistake where another process has that open (what it learned meanwhile would be lost, and it would go on with a file without
 * a name), for Redis, and where the ledger has no decision; the old file is then as it was.
 */
export async function rebuild(
  config: Pick<Config, 'reputation' | 'privacy' | 'ledger'>,
  options: RebuildOptions,
): Promise<Rebuilt> {
  const { reputation } = config;
  if (reputation.store !== 'sqlite') {
    throw new Mistake(
      'rebuild makes a SQLite file; for Redis rebuild with reputation.store: sqlite, export that, stop the gates, empty the prefix, and import',
    );
  }
  const { file } = reputation;
  const fresh = `${file}.rebuilt`;
  const hasher = hasherOf(config.privacy);
  takeAlone(file)?.close();
  removeDatabase(fresh);
  try {
    const kept = await keepWritten(reputation, fresh, hasher);
    const folded = await foldLedger({ ...config, reputation: { ...reputation, file: fresh } }, options);
    if (folded.decisions === 0)
      throw new Mistake(`${config.ledger.directory}: has no decision to rebuild from`);
    await pruned({ ...reputation, file: fresh }, hasher);
    replace(file, fresh);
    return { ...folded, ...kept };
  } finally {
    removeDatabase(fresh);
  }
}

async function foldLedger(
  config: Pick<Config, 'reputation' | 'privacy' | 'ledger'>,
  { metrics, onBadLine, onRecord }: RebuildOptions,
): Promise<{ readonly decisions: number; readonly feedback: number }> {
  // What cannot be written stays, and the next flush throws it.
  const laterToo = () => undefined;
  const memory = openReputation(config.reputation, metrics, laterToo, config.privacy);
  const counts = { decision: 0, feedback: 0 };
  try {
    for await (const record of readLedger(config.ledger.directory, { onBadLine })) {
      memory.observe(observationOf(record));
      counts[record.kind] += 1;
      const all = counts.decision + counts.feedback;
      onRecord(all);
      if (all % RECORDS_PER_FLUSH === 0) await memory.flush();
    }
  } finally {
    await memory.close();
  }
  return { decisions: counts.decision, feedback: counts.feedback };
}

/** What the memory learned from a record when it was written. */
export function observationOf(record: MailRecord): Observation {
  const at = new Date(record.at);
  // A ledger may be older than the kinds of keys that we know, or younger.
  const keys = record.reputationKeys.map(parseKey).filter((key) => key !== null);
  if (record.kind === 'feedback') return { ...observationOfFeedback(record), keys };
  const { envelope, verdict } = record;
  return { kind: 'decision', at, keys, verdict, recipients: envelope.rcptTo.length };
}

async function keepWritten(
  reputation: Config['reputation'],
  fresh: string,
  hasher: KeyHasher | null,
): Promise<Pick<Rebuilt, 'kept' | 'notKept'>> {
  if (!existsSync(reputation.file)) return { kept: 0, notKept: null };
  let kept = 0;
  try {
    using from = disposable(openAsItIs(reputation, hasher));
    using to = disposable(openStore({ ...reputation, file: fresh }, hasher));
    let batch: Entry[] = [];
    for await (const [key, counters] of from.it.entries()) {
      if (counters.outbound === 0) continue;
      batch.push([hasher?.key(key) ?? key, writtenAlone(counters)]);
      kept += 1;
      if (batch.length < BATCH) continue;
      await to.it.add(batch);
      batch = [];
    }
    if (batch.length > 0) await to.it.add(batch);
    return { kept, notKept: null };
  } catch (error) {
    removeDatabase(fresh);
    return { kept: 0, notKept: error instanceof Error ? error.message : String(error) };
  }
}

/** Names and addresses may have been plain so far; hashes of another key can be of no use. */
function openAsItIs(reputation: Config['reputation'], hasher: KeyHasher | null): SqliteStore {
  const { file, maxEntries } = reputation;
  const open = (key: number | null) => new SqliteStore(file, halfLivesOf(reputation), maxEntries, key);
  try {
    return open(null);
  } catch (error) {
    if (hasher === null || !(error instanceof Mistake)) throw error;
    return open(hasher.fingerprint);
  }
}

function disposable<T extends CounterStore>(it: T) {
  return { it, [Symbol.dispose]: () => void it.close() };
}

async function pruned(reputation: Config['reputation'], hasher: KeyHasher | null): Promise<void> {
  using store = disposable(openStore(reputation, hasher));
  while ((await store.it.prune(new Date())) > 0);
}

/** Nobody may open the old file while it is replaced, and the new one belongs to whom the old one belonged. */
function replace(file: string, fresh: string): void {
  const old = takeAlone(file);
  try {
    old?.exec('BEGIN EXCLUSIVE');
    if (existsSync(file) && process.getuid?.() === 0) {
      const { gid, uid } = statSync(file);
      chownSync(fresh, uid, gid);
    }
    renameSync(fresh, file);
    for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
  } finally {
    old?.close();
  }
}

/**
 * Opens the file where nobody else has it open: who has a file in WAL mode open holds a lock on it all the time, and the way out of that
 * mode needs all locks (https://www.sqlite.org/wal.html, "Persistence of WAL mode"). Null where there is no file, or one that is damaged.
 */
function takeAlone(file: string): DatabaseSync | null {
  if (!existsSync(file)) return null;
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    return database;
  } catch (error) {
    database.close();
    if (isDamaged(error)) return null;
    if (!isLocked(error)) throw error;
    throw new Mistake(`${file}: another process has it open; stop the gate, then rebuild`, { cause: error });
  }
}

function removeDatabase(file: string): void {
  for (const part of ['', '-wal', '-shm']) rmSync(file + part, { force: true });
}
