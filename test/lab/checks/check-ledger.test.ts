import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkLedger } from '../../../src/lab/checks/check-ledger.ts';
import { encodeLine } from '../../../src/ledger/line.ts';
import { type DecisionRecord, feedbackRecord } from '../../../src/ledger/record.ts';
import { inventLedger } from '../data/invent-ledger.ts';

let ledger: string;
let records: DecisionRecord[];
const file = () => join(ledger, 'decisions-20260301T05.ndjson');
const names = async () => (await checkLedger({ ledger })).map(({ check }) => check);

beforeEach(async () => {
  ledger = mkdtempSync(join(tmpdir(), 'postern-checks-'));
  records = await inventLedger(ledger, 96);
});
afterEach(() => rmSync(ledger, { recursive: true }));

test('a sound ledger has nothing', async () => {
  expect(await checkLedger({ ledger })).toEqual([]);
});

test('a bad line is named with file and line', async () => {
  await appendFile(file(), '{"cut');
  const [trouble] = await checkLedger({ ledger });
  expect(trouble).toMatchObject({ check: 'lines', severity: 'error' });
  expect(trouble?.what).toContain(`${file()}:3 `);
});

test('a score out of range', async () => {
  writeFileSync(file(), readFileSync(file(), 'utf8').replace(/"score":[\d.]+/, '"score":1.5'));
  expect(await names()).toEqual(['ranges']);
});

test('a record that is there twice', async () => {
  await appendFile(file(), readFileSync(file(), 'utf8').split('\n')[1] ?? '');
  expect(await names()).toEqual(['repeated']);
});

test('hours without any decision', async () => {
  rmSync(file());
  expect(await names()).toContain('missing hours');
});

test('a clock that was set', async () => {
  const [first = '', second = ''] = readFileSync(file(), 'utf8').split('\n');
  writeFileSync(file(), `${second}\n${first}\n`);
  expect(await names()).toEqual(['clock']);
});

test('people who contradict each other', async () => {
  const [record] = records;
  if (record === undefined) throw new Error('no record');
  const at = new Date('2026-03-03T00:00:00Z');
  const words = [
    feedbackRecord(record, { is: 'bec', actor: 'kim', at }),
    feedbackRecord(record, { is: 'none', actor: 'lou', at }),
  ];
  await appendFile(join(ledger, 'feedback-20260303T00.ndjson'), words.map(encodeLine).join(''));
  expect(await names()).toEqual(['label conflicts']);
});
