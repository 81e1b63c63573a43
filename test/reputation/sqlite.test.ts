import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { EvidenceFailure } from '../../src/evidence/evidence.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { type Counters, FORGET_HALF_LIVES, type HalfLives } from '../../src/reputation/fold.ts';
import { KEY_CHARACTERS } from '../../src/reputation/key.ts';
import { frozen, memoryReputation } from '../../src/reputation/memory.ts';
import { openReputation } from '../../src/reputation/open.ts';
import type { Reputation, ReputationKey } from '../../src/reputation/reputation.ts';
import { dropSql, NEWEST, PRUNE_ROWS, SAYS_LITTLE, SqliteStore } from '../../src/reputation/sqlite-store.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-03-01T12:00:00Z');
const KEY: ReputationKey = 'domain:shop.example';

let folder: string;
let metrics: Metrics;
let open: Reputation[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-reputation-'));
  metrics = createMetrics();
  open = [];
});

afterEach(async () => {
  for (const reputation of open) await reputation.close();
  rmSync(folder, { recursive: true });
});

function start(settings: Record<string, unknown> = {}, onFault?: (fault: Error) => void): Reputation {
  const config = configSchema.parse({
    reputation: { file: join(folder, 'reputation.sqlite'), flushIntervalMs: 60_000, ...settings },
  });
  const reputation = openReputation(config.reputation, metrics, onFault);
  open.push(reputation);
  return reputation;
}

async function messages(reputation: Reputation, key: ReputationKey = KEY, at = NOW): Promise<number | null> {
  return (await reputation.lookup([key], at)).get(key)?.messages ?? null;
}

function accept(reputation: Reputation, key: ReputationKey = KEY, at = NOW): void {
  reputation.observe({ kind: 'decision', at, keys: [key], verdict: 'accept', recipients: 3 });
}

async function cacheCount(result: string): Promise<number> {
  const { values } = await metrics.reputationCache.get();
  return values.find((one) => one.labels.result === result)?.value ?? 0;
}

describe('a reputation file', () => {
  test('shows an observation to the very next lookup', async () => {
    const reputation = start();
    expect(await messages(reputation)).toBeNull();
    accept(reputation);
    accept(reputation);
    expect(await messages(reputation)).toBeCloseTo(2);
    await reputation.flush();
    accept(reputation);
    expect(await messages(reputation)).toBeCloseTo(3);
  });

  test('remembers after a close', async () => {
    const before = start();
    accept(before);
    before.observe({ kind: 'decision', at: NOW, keys: [KEY], verdict: 'quarantine', recipients: 1 });
    before.observe({ kind: 'feedback', at: NOW, keys: [KEY], bad: true });
    before.observe({ kind: 'feedback', at: NOW, keys: [KEY], bad: false });
    await before.close();
    const standing = (await start().lookup([KEY], NOW)).get(KEY);
    expect(standing).toEqual({
      firstSeen: NOW.getTime(),
      lastSeen: NOW.getTime(),
      messages: expect.closeTo(2),
      held: expect.closeTo(1),
      refused: 0,
      reportedBad: expect.closeTo(1),
      reportedGood: expect.closeTo(1),
      outbound: 0,
      recent: expect.closeTo(4),
    });
  });

  test('counts a key once where a message names it twice', async () => {
    const reputation = start();
    reputation.observe({ kind: 'decision', at: NOW, keys: [KEY, KEY], verdict: 'accept', recipients: 3 });
    expect(await messages(reputation)).toBeCloseTo(1);
  });

  test('answers from the cache the second time, also for keys that nobody knows', async () => {
    const reputation = start();
    await reputation.lookup([KEY], NOW);
    await reputation.lookup([KEY], NOW);
    await reputation.lookup([KEY], NOW);
    const counted = async () => Promise.all(['miss', 'negative', 'hit'].map(cacheCount));
    expect(await counted()).toEqual([1, 2, 0]);
    accept(reputation);
    await reputation.flush();
    await reputation.lookup([KEY], NOW);
    expect(await counted()).toEqual([1, 2, 1]);
  });

  test('writes by itself when enough has come together', async () => {
    const reputation = start({ flushEntries: 2 });
    accept(reputation, 'domain:a.example');
    accept(reputation, 'domain:b.example');
    await expect.poll(() => messages(start(), 'domain:b.example')).toBeCloseTo(1);
  });

  test('sees at once what another process wrote, in spite of its cache', async () => {
    const gate = start();
    accept(gate);
    await gate.flush();
    expect(await messages(gate)).toBeCloseTo(1);
    const command = start();
    accept(command);
    await command.close();
    expect(await messages(gate)).toBeCloseTo(2);
    accept(gate);
    await gate.flush();
    expect(await messages(start())).toBeCloseTo(3);
  });

  test('loses nothing that was flushed when it is killed', async () => {
    const script = join(import.meta.dirname, 'observe-until-killed.ts');
    const child = spawn(process.execPath, [script, join(folder, 'reputation.sqlite')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let flushed = -1;
    for await (const line of createInterface(child.stdout)) {
      flushed = Number(line);
      if (flushed >= 199) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const keys = Array.from({ length: flushed + 1 }, (_, n): ReputationKey => `domain:n${n}.example`);
    expect((await start().lookup(keys, new Date())).size).toBe(flushed + 1);
  });

  test('while another process writes for long, it answers, keeps what waits, and writes it later', async () => {
    const faults: Error[] = [];
    const reputation = start({ flushIntervalMs: 10 }, (fault) => faults.push(fault));
    const other = new DatabaseSync(join(folder, 'reputation.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    accept(reputation);
    await expect.poll(() => faults[0]?.message).toMatch(/reputation\.sqlite: .*locked/);
    expect(await messages(reputation)).toBeCloseTo(1);
    other.exec('COMMIT');
    other.close();
    await reputation.flush();
    expect(await messages(start())).toBeCloseTo(1);
  });

  test('a lookup that cannot read is an EvidenceFailure', async () => {
    const reputation = start();
    await reputation.close();
    await expect(reputation.lookup([KEY], NOW)).rejects.toThrow(EvidenceFailure);
    await expect(reputation.lookup([KEY], NOW)).rejects.toMatchObject({ reason: 'unavailable' });
  });

  test('a file that another process has for itself is named as locked', () => {
    const other = new DatabaseSync(join(folder, 'reputation.sqlite'));
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; CREATE TABLE t (a); COMMIT');
    expect(() => start()).toThrow(/reputation\.sqlite: locked by another process/);
    other.close();
  });

  test('a damaged file is refused with its path and what to do', () => {
    writeFileSync(join(folder, 'reputation.sqlite'), 'this is no database, it is a letter'.repeat(100));
    expect(() => start()).toThrow(/reputation\.sqlite: damaged.*Move it away/);
  });

  test('a file of a newer Postern is refused', () => {
    const newer = new DatabaseSync(join(folder, 'reputation.sqlite'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => start()).toThrow(/schema is 99/);
  });

  test('keeps what it knows when the half-life is changed', async () => {
    const before = start({ halfLifeDays: 30 });
    accept(before);
    await before.close();
    const after = start({ halfLifeDays: 5 });
    expect(await messages(after)).toBeCloseTo(1);
    expect(await messages(after, KEY, new Date(NOW.getTime() + 5 * DAY_MS))).toBeCloseTo(0.5);
  });

  test.each([
    [KEY_CHARACTERS, true],
    [KEY_CHARACTERS + 1, false],
  ])('a key of %i characters is remembered: %s', async (length, remembered) => {
    const reputation = start();
    const key: ReputationKey = `domain:${'a'.repeat(length - 'domain:'.length)}`;
    accept(reputation, key);
    expect(await messages(reputation, key)).toEqual(remembered ? expect.closeTo(1) : null);
  });
});

describe('pruning', () => {
  const row = (firstSeen: number, lastSeen: number): Counters => ({
    era: 0,
    firstSeen,
    lastSeen,
    messages: 1,
    held: 0,
    refused: 0,
    reportedBad: 0,
    reportedGood: 0,
    outbound: 0,
    burstEra: 0,
    recent: 0,
  });
  const lives = (days: number): HalfLives => ({ lastingMs: days * DAY_MS, burstMs: 600_000 });
  const has = (store: SqliteStore, key: ReputationKey) => store.read([key]).has(key);

  test('drops senders seen once before those that came again or were reported, oldest first', () => {
    const store = new SqliteStore(join(folder, 'store.sqlite'), lives(30), 6);
    const once = Array.from(
      { length: 10 },
      (_, n) => [`domain:once${n}.example`, row(100 + n, 100 + n)] as const,
    );
    const reported: Counters = { ...row(2, 2), reportedGood: 1 };
    store.add([['domain:friend.example', row(1, 50)], ['domain:good.example', reported], ...once]);
    expect(store.prune(NOW)).toBe(6);
    expect(store.rows()).toBe(6);
    expect(
      ['domain:friend.example', 'domain:good.example'].map((key) => has(store, key as ReputationKey)),
    ).toEqual([true, true]);
    expect(has(store, 'domain:once5.example')).toBe(false);
    expect(has(store, 'domain:once6.example')).toBe(true);
    store.close();
  });

  test('drops no more at a time than the thread can bear, and the rest with the next calls', () => {
    const store = new SqliteStore(join(folder, 'store.sqlite'), lives(30), 1);
    store.add(Array.from({ length: PRUNE_ROWS + 11 }, (_, n) => [`link:n${n}.example`, row(n, n)] as const));
    expect([store.prune(NOW), store.prune(NOW), store.prune(NOW)]).toEqual([PRUNE_ROWS, 10, 0]);
    store.close();
  });

  test('forgets who was not seen for twelve half-lives, measured from the newest mail', () => {
    const store = new SqliteStore(join(folder, 'store.sqlite'), lives(1), 100);
    store.add([
      ['domain:old.example', row(0, DAY_MS - 1)],
      ['domain:edge.example', row(0, DAY_MS)],
      ['domain:kept.example', row(0, DAY_MS + 1)],
      ['domain:new.example', row(0, (1 + FORGET_HALF_LIVES) * DAY_MS)],
    ]);
    expect(store.prune(NOW)).toBe(1);
    expect(has(store, 'domain:old.example')).toBe(false);
    expect(has(store, 'domain:edge.example')).toBe(true);
    store.close();
  });

  test.each([
    [9, 0],
    [10, 0],
    [11, 1],
  ])('of %i entries where 10 may be, %i go', (count, gone) => {
    const store = new SqliteStore(join(folder, 'store.sqlite'), lives(30), 10);
    store.add(Array.from({ length: count }, (_, n) => [`link:n${n}.example`, row(n, n)] as const));
    expect(store.prune(NOW)).toBe(gone);
    expect(store.rows()).toBe(count - gone);
    store.close();
  });

  test('knows the number of its rows whatever was added, added to, forgotten and pruned, also in two processes', () => {
    const file = join(folder, 'store.sqlite');
    const [store, other] = [new SqliteStore(file, lives(30), 5), new SqliteStore(file, lives(30), 5)];
    store.add(Array.from({ length: 8 }, (_, n) => [`link:n${n}.example`, row(n, n)] as const));
    other.add([
      ['link:n7.example', row(9, 9)],
      ['link:n8.example', row(9, 9)],
    ]);
    expect([store.rows(), other.rows()]).toEqual([9, 9]);
    expect(other.forget(['link:n8.example', 'link:none.example'])).toBe(1);
    expect(store.prune(NOW)).toBe(3);
    store.close();
    other.close();
    const database = new DatabaseSync(file);
    expect(database.prepare('SELECT count(*) AS n FROM standing').get()?.n).toBe(5);
    database.close();
    const again = new SqliteStore(file, lives(30), 5);
    expect(again.rows()).toBe(5);
    again.close();
  });

  test('finds what it drops, and the newest, in an index: it never reads the table', () => {
    const file = join(folder, 'store.sqlite');
    new SqliteStore(file, lives(30), 5).close();
    const database = new DatabaseSync(file);
    const plan = (sql: string, ...values: number[]) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values)
        .map(({ detail }) => String(detail));
    for (const [condition, index] of [
      ['last_seen < ?', 'standing_by_last_seen'],
      [`${SAYS_LITTLE} AND last_seen <= ?`, 'standing_says_little'],
      ['true AND last_seen <= ?', 'standing_by_last_seen'],
    ] as const) {
      const steps = plan(dropSql(condition), 1, 1);
      expect(steps.filter((step) => /SCAN standing|USE TEMP B-TREE FOR ORDER/.test(step))).toEqual([]);
      expect(steps.join('; ')).toContain(`INDEX ${index} (last_seen<?)`);
    }
    expect(plan(NEWEST).join('; ')).toMatch(/COVERING INDEX standing_by_last_seen/);
    database.close();
  });
});

describe('a file of the first schema', () => {
  test('is brought to the newest with what it knows', async () => {
    const file = join(folder, 'reputation.sqlite');
    const first = new DatabaseSync(file);
    first.exec(FIRST_SCHEMA);
    const halfLifeMs = 30 * DAY_MS;
    first.prepare("INSERT INTO setting VALUES ('half_life_ms', ?)").run(halfLifeMs);
    const era = Math.floor(NOW.getTime() / (64 * halfLifeMs));
    const weight = 2 ** (NOW.getTime() / halfLifeMs - 64 * era);
    first
      .prepare('INSERT INTO standing VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0)')
      .run(KEY, era, NOW.getTime(), NOW.getTime(), 3 * weight);
    first.close();
    const reputation = start();
    expect(await messages(reputation)).toBeCloseTo(3);
    reputation.observe({ kind: 'outbound', at: NOW, keys: [KEY] });
    await reputation.flush();
    expect((await start().lookup([KEY], NOW)).get(KEY)?.outbound).toBeCloseTo(1);
  });

  const FIRST_SCHEMA = `CREATE TABLE standing (key TEXT PRIMARY KEY, era INTEGER NOT NULL, first_seen INTEGER NOT NULL,
      last_seen INTEGER NOT NULL, messages REAL NOT NULL, held REAL NOT NULL, refused REAL NOT NULL,
      reported_bad REAL NOT NULL, reported_good REAL NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX standing_by_last_seen ON standing (last_seen);
    CREATE INDEX standing_seen_once ON standing (last_seen) WHERE first_seen = last_seen;
    CREATE TABLE setting (name TEXT PRIMARY KEY, value REAL NOT NULL) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 1;`;
});

describe('reputation in memory', () => {
  test('gives the same standings as the file', async () => {
    const [memory, file] = [memoryReputation({ halfLifeDays: 30, burstHalfLifeMinutes: 10 }), start()];
    for (const reputation of [memory, file]) {
      accept(reputation, KEY, new Date(NOW.getTime() - 40 * DAY_MS));
      reputation.observe({ kind: 'decision', at: NOW, keys: [KEY], verdict: 'reject', recipients: 1 });
      await reputation.flush();
    }
    expect(await memory.lookup([KEY, 'address:x@y.example'], NOW)).toEqual(await file.lookup([KEY], NOW));
  });

  test('frozen, it answers and learns nothing', async () => {
    const memory = memoryReputation({ halfLifeDays: 30, burstHalfLifeMinutes: 10 });
    accept(memory);
    const still = frozen(memory);
    accept(still);
    expect(await messages(still)).toBeCloseTo(1);
  });
});
