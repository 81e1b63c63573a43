import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LineSplitter } from '../../src/ledger/lines.ts';
import { type BadLine, describe as describeBad, findDecision, readLedger } from '../../src/ledger/reader.ts';
import { type DecisionRecord, decisionRecord, feedbackRecord } from '../../src/ledger/record.ts';
import { type Ledger, MAX_WAITING_CHARACTERS } from '../../src/ledger/writer.ts';
import { newMailId, timeOfMailId } from '../../src/mail/id.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { exampleDecision, exampleMail } from './example-decision.ts';
import { EXAMPLE_CONTEXT, exampleLedger, keepingLogger } from './example-ledger.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOON = new Date('2026-03-01T12:00:00Z');

let folder: string;
let metrics: Metrics;
let now: Date;
let open: Ledger[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-ledger-'));
  metrics = createMetrics();
  now = NOON;
  open = [];
});

afterEach(async () => {
  for (const ledger of open) await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(log = keepingLogger().log): Promise<Ledger> {
  const ledger = await exampleLedger(folder, metrics, () => now, log);
  open.push(ledger);
  return ledger;
}

function record(at = now): DecisionRecord {
  const mail = exampleMail({ id: newMailId(at.getTime()) });
  return decisionRecord(exampleDecision(mail, { receivedAt: at }), EXAMPLE_CONTEXT);
}

async function read(options: Parameters<typeof readLedger>[1] = {}) {
  const bad: BadLine[] = [];
  const records = await Array.fromAsync(
    readLedger(folder, { ...options, onBadLine: (one) => bad.push(one) }),
  );
  return { ids: records.map((one) => one.id), bad };
}

const names = () => readdirSync(folder).sort();
const pathOf = (name: string) => join(folder, name);

describe('writing', () => {
  test('decisions and feedback go to files of their own, one an hour', async () => {
    const ledger = await start();
    const [first, second] = [record(), record()];
    await Promise.all([ledger.append(first), ledger.append(second)]);
    now = new Date(NOON.getTime() + HOUR_MS);
    const third = record();
    await ledger.append(third);
    await ledger.append(feedbackRecord(first, { is: 'none', actor: 'kim', at: now }));
    expect(names()).toEqual([
      'decisions-20260301T12.ndjson',
      'decisions-20260301T13.ndjson',
      'feedback-20260301T13.ndjson',
    ]);
    expect((await read({ kind: 'decision' })).ids).toEqual([first.id, second.id, third.id]);
    expect((await read({ kind: 'feedback' })).ids).toEqual([first.id]);
    expect((await read({ kind: 'decision', since: now })).ids).toEqual([third.id]);
    expect((await read({ kind: 'decision', until: now })).ids).toEqual([first.id, second.id]);
  });

  test('a thousand at once are all there, in order', async () => {
    const ledger = await start();
    const records = Array.from({ length: 1000 }, () => record());
    const written = await Promise.all(records.map((one) => ledger.append(one)));
    expect(written.every(Boolean)).toBe(true);
    expect((await read()).ids).toEqual(records.map((one) => one.id));
  });

  test('what was appended before a close is written when it has closed', async () => {
    const ledger = await start();
    let written = 0;
    for (let n = 0; n < 200; n += 1) void ledger.append(record()).then((done) => (written += done ? 1 : 0));
    await ledger.close();
    expect(written).toBe(200);
    expect((await read()).ids).toHaveLength(200);
  });

  test('F2 decisions wait for a disk that takes nothing, which is logged with its path, and are written in order when it is back', async () => {
    const { log, lines } = keepingLogger();
    const ledger = await start(log);
    rmSync(folder, { recursive: true });
    const kept = [record(), record(), record()];
    const written = kept.map((one) => ledger.append(one));
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines).toMatchObject([
      { level: 'error', event: 'ledger_waits', path: folder, records: 3, err: { code: 'ENOENT' } },
    ]);
    mkdirSync(folder);
    expect(await Promise.all(written)).toEqual([true, true, true]);
    expect((await read()).ids).toEqual(kept.map(({ id }) => id));
    expect((await metrics.ledgerFailures.get()).values[0]?.value ?? 0).toBe(0);
  });

  test('F2 what still waits when the ledger closes is lost, and counted', async () => {
    const { log, lines } = keepingLogger();
    const ledger = await start(log);
    rmSync(folder, { recursive: true });
    const written = [ledger.append(record()), ledger.append(record())];
    await ledger.close();
    expect(await Promise.all(written)).toEqual([false, false]);
    expect((await metrics.ledgerFailures.get()).values[0]?.value).toBe(2);
    expect(lines.filter(({ event }) => event === 'ledger_not_written')).toHaveLength(2);
  });

  test('F2 feedback does not wait: who gave it hears that it was not written', async () => {
    const ledger = await start(keepingLogger().log);
    rmSync(folder, { recursive: true });
    const said = feedbackRecord(record(), { is: 'none', actor: 'kim', at: new Date() });
    expect(await ledger.append(said)).toBe(false);
    expect((await metrics.ledgerFailures.get()).values[0]?.value).toBe(1);
  });

  test('F2 more than memory has room for is refused and counted', async () => {
    const { log, lines } = keepingLogger();
    const ledger = await start(log);
    rmSync(folder, { recursive: true });
    const large = { ...record(), subject: 'x'.repeat(MAX_WAITING_CHARACTERS - 10_000) };
    const first = ledger.append(large);
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(await ledger.append({ ...record(), subject: 'x'.repeat(10_000) })).toBe(false);
    expect((await metrics.ledgerFailures.get()).values[0]?.value).toBe(1);
    mkdirSync(folder);
    expect(await first).toBe(true);
  });

  test('after a close nothing is taken, and that is counted', async () => {
    const ledger = await start();
    await ledger.close();
    expect(await ledger.append(record())).toBe(false);
    expect((await metrics.ledgerFailures.get()).values[0]?.value).toBe(1);
  });
});

describe('keeping house', () => {
  test('an hour is compressed five minutes after its end, by itself and on opening', async () => {
    const ledger = await start();
    const kept = record();
    await ledger.append(kept);
    now = new Date(NOON.getTime() + HOUR_MS + 5 * MINUTE_MS);
    await ledger.tidy();
    expect(names()).toEqual(['decisions-20260301T12.ndjson']);
    now = new Date(now.getTime() + 1);
    await start();
    expect(names()).toEqual(['decisions-20260301T12.ndjson.gz']);
    expect(gunzipSync(readFileSync(pathOf('decisions-20260301T12.ndjson.gz'))).toString()).toContain(kept.id);
    expect((await read()).ids).toEqual([kept.id]);
    expect((await findDecision(folder, kept.id))?.id).toBe(kept.id);
  });

  test('what a crash left half compressed is made whole, and nothing is there twice', async () => {
    const ledger = await start();
    const kept = record();
    await ledger.append(kept);
    await ledger.close();
    const plain = pathOf('decisions-20260301T12.ndjson');
    writeFileSync(`${plain}.gz.4242.tmp`, 'half');
    writeFileSync(`${plain}.gz`, gzipSync(readFileSync(plain)));
    expect((await read()).ids).toEqual([kept.id]);
    now = new Date(NOON.getTime() + 3 * HOUR_MS);
    await start();
    expect(names()).toEqual(['decisions-20260301T12.ndjson.gz']);
    expect((await read()).ids).toEqual([kept.id]);
  });

  test('lines that came after an hour was compressed get a file of their own', async () => {
    const [early, late] = [record(), record()];
    for (const one of [early, late]) {
      now = NOON;
      const ledger = await start();
      await ledger.append(one);
      now = new Date(NOON.getTime() + 3 * HOUR_MS);
      await ledger.tidy();
      await ledger.close();
    }
    expect(names()).toEqual(['decisions-20260301T12.1.ndjson.gz', 'decisions-20260301T12.ndjson.gz']);
    expect(new Set((await read()).ids)).toEqual(new Set([early.id, late.id]));
  });

  test('C8 what is past the retention goes, and what is no file of ours stays', async () => {
    writeFileSync(pathOf('decisions-20260301T12.ndjson.gz'), gzipSync(''));
    writeFileSync(pathOf('notes.ndjson'), '');
    now = new Date(NOON.getTime() + HOUR_MS + 30 * 24 * HOUR_MS);
    const ledger = await start();
    expect(names()).toHaveLength(2);
    now = new Date(now.getTime() + 1);
    await ledger.tidy();
    expect(names()).toEqual(['notes.ndjson']);
  });
});

describe('reading', () => {
  test('a line that a crash cut short is ended, named, and costs no other', async () => {
    const before = await start();
    const first = record();
    await before.append(first);
    await before.close();
    appendFileSync(pathOf('decisions-20260301T12.ndjson'), '{"schema":1,"kind":"deci');
    const after = await start();
    const second = record();
    await after.append(second);
    const { ids, bad } = await read();
    expect(ids).toEqual([first.id, second.id]);
    expect(bad.map(describeBad)).toEqual([
      `${pathOf('decisions-20260301T12.ndjson')}:2 is not JSON: cut short by a crash?`,
    ]);
  });

  test('a compressed file that is cut short gives what it has and is named', async () => {
    const lines = Array.from({ length: 2000 }, () => JSON.stringify(record())).join('\n');
    writeFileSync(pathOf('decisions-20260301T12.ndjson.gz'), gzipSync(lines).subarray(0, -2000));
    const { ids, bad } = await read();
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.length).toBeLessThan(2000);
    expect(bad).toMatchObject([
      { line: ids.length + 1, problem: expect.stringContaining('cannot be read further') },
    ]);
  });

  test('no folder is an empty ledger', async () => {
    expect(await Array.fromAsync(readLedger(pathOf('missing')))).toEqual([]);
    expect(await findDecision(pathOf('missing'), newMailId())).toBeNull();
  });

  test('F7 a decision is found whatever the clock said when it was made', async () => {
    const ledger = await start();
    const late = record(new Date(NOON.getTime() + 48 * HOUR_MS));
    await ledger.append(late);
    await ledger.append(record());
    expect((await findDecision(folder, late.id))?.id).toBe(late.id);
    expect(await findDecision(folder, newMailId())).toBeNull();
    expect(await findDecision(folder, '"schema"')).toBeNull();
  });

  test('the id of a decision says when it was made', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31),
        fc.nat(65_535),
        (low, high) => timeOfMailId(newMailId(high * 2 ** 31 + low)) === high * 2 ** 31 + low,
      ),
    );
    expect(timeOfMailId('../x')).toBeNull();
  });

  test('lines are the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.nat(200)), (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' ')).filter((text) => text !== '');
        const bytes = Buffer.from(lines.join('\n'));
        const splitter = new LineSplitter();
        const edges = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const found = edges
          .slice(1)
          .flatMap((end, place) => [...splitter.push(bytes.subarray(edges[place], end))]);
        expect([...found, ...splitter.end()].map((line) => 'text' in line && line.text)).toEqual(lines);
      }),
    );
  });

  test('a line is read up to the limit and refused above it', () => {
    const splitter = new LineSplitter(5);
    expect([...splitter.push(Buffer.from('1234\n12345\n123456\n1\n'))]).toEqual([
      { number: 1, text: '1234' },
      { number: 2, text: '12345' },
      { number: 3, problem: 'is longer than 5 bytes' },
      { number: 4, text: '1' },
    ]);
  });
});

describe('a crash', () => {
  function run(limits = '') {
    const script = join(import.meta.dirname, 'append-until-killed.ts');
    return spawn('bash', ['-c', `${limits} exec "$0" "$@"`, process.execPath, script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  test.each([1, 100, 400])('after %i records loses none that was said to be written', async (count) => {
    const child = run();
    const said: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      said.push(line);
      if (said.length === count) child.kill('SIGKILL');
    }
    const { ids } = await read();
    expect(said.length).toBeGreaterThanOrEqual(count);
    expect(ids).toEqual(expect.arrayContaining(said));
  });

  test('F2 a disk that is full loses none that was said to be written, and what waited till the end is counted', async () => {
    const child = run('ulimit -f 100;');
    const said: string[] = [];
    for await (const line of createInterface(child.stdout)) said.push(line);
    expect(said.pop()).toBe('failures 5');
    const { ids, bad } = await read();
    expect(ids).toEqual(expect.arrayContaining(said));
    expect(bad.length).toBeLessThanOrEqual(1);
  });
});

test('file names that only look like ours are none', async () => {
  for (const name of [
    'decisions-2026.ndjson',
    'decisions-20260301T12.ndjson.gz.tmp',
    'x-20260301T12.ndjson',
  ]) {
    writeFileSync(pathOf(name), 'x\n');
  }
  const { ids, bad } = await read();
  expect({ ids, bad }).toEqual({ ids: [], bad: [] });
});
