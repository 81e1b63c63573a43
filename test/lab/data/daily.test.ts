import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { compactDaily, compactInChild } from '../../../src/lab/data/daily.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';
import { inventLedger } from './invent-ledger.ts';

afterEach(() => vi.useRealTimers());

test('a compaction of its own process writes the closed days', async () => {
  const root = mkdtempSync(join(tmpdir(), 'postern-daily-'));
  const [ledger, data, file] = ['ledger', 'data', 'postern.yaml'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  await inventLedger(ledger, 4);
  writeFileSync(
    file,
    JSON.stringify({ ledger: { directory: ledger, retentionDays: 36_500 }, lab: { data } }),
  );
  await compactInChild(file, new AbortController().signal);
  expect(existsSync(join(data, 'decisions/day=2026-03-01/part-0.parquet'))).toBe(true);
  rmSync(root, { recursive: true });
});

test('it runs once a day, and again where it failed', async () => {
  vi.useFakeTimers({ now: new Date('2026-03-01T00:30:00Z') });
  const { log, lines } = keepingLogger();
  let fails = true;
  const run = vi.fn(() => (fails ? Promise.reject(new Error('disk full')) : Promise.resolve()));
  const daily = compactDaily('postern.yaml', log, run);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(run).toHaveBeenCalledTimes(1);
  expect(lines).toMatchObject([{ event: 'ledger_not_compacted' }]);
  fails = false;
  await vi.advanceTimersByTimeAsync(5 * 3_600_000);
  expect(run).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(20 * 3_600_000);
  expect(run).toHaveBeenCalledTimes(3);
  await daily.close();
});
