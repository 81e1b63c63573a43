import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { Spool } from '../../src/gate/spool.ts';
import { decisionRecord } from '../../src/ledger/record.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { openQuarantine } from '../../src/quarantine/disk.ts';
import { openSqlite } from '../../src/sqlite.ts';
import { exampleDecision, exampleMail } from '../ledger/example-decision.ts';
import { EXAMPLE_CONTEXT, exampleLedger } from '../ledger/example-ledger.ts';

/** What the shell of most people has. `postern serve` sets its own; commands open the same stores without it. */
const USUAL_UMASK = 0o022;

let folder = '';
let umask = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-modes-'));
  umask = process.umask(USUAL_UMASK);
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

/** Names of what others could read or enter, below `path` and itself. */
function open(path: string): string[] {
  const names = ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })];
  return names.filter((name) => (statSync(join(path, name)).mode & 0o077) !== 0);
}

test('held mail and its rows are for us alone, whatever the umask', async () => {
  const directory = join(folder, 'quarantine');
  const quarantine = await openQuarantine(configSchema.parse({ quarantine: { directory } }), createMetrics());
  const mail = exampleMail();
  await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
  expect(readdirSync(directory, { recursive: true }).length).toBeGreaterThan(5);
  expect(open(directory)).toEqual([]);
  await quarantine.close();
});

test('a database, its log and its index are for us alone, whatever the umask', () => {
  const directory = join(folder, 'state');
  const database = openSqlite(join(directory, 'reputation.sqlite'), {
    migrations: ['CREATE TABLE x (y)'],
    durability: 'normal',
    busyMs: 50,
    remedy: 'x',
  });
  expect(readdirSync(directory)).toHaveLength(3);
  expect(open(directory)).toEqual([]);
  database.close();
});

test('a message that is being received is for us alone, whatever the umask', async () => {
  const directory = join(folder, 'spool');
  const spool = await Spool.open({ directory, aboveBytes: 1, maxBytes: 1000 });
  const received = await spool.receive(
    '01EXAMPLE',
    Readable.from([Buffer.from('Subject: x\r\n\r\nhello\r\n')]),
  );
  expect(readdirSync(directory)).toHaveLength(1);
  expect(open(directory)).toEqual([]);
  await received.dispose();
});

test('decisions are for us alone, whatever the umask', async () => {
  const directory = join(folder, 'ledger');
  const ledger = await exampleLedger(directory, createMetrics(), () => new Date());
  await ledger.append(decisionRecord(exampleDecision(exampleMail()), EXAMPLE_CONTEXT));
  expect(readdirSync(directory)).toHaveLength(1);
  expect(open(directory)).toEqual([]);
  await ledger.close();
});
