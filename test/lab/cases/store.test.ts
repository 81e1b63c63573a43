import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CaseStore } from '../../../src/lab/cases/store.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { exampleCase } from './example-case.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-01T00:00:00Z');

let folder: string;
let store: CaseStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cases-'));
  store = await CaseStore.open(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const noBad = (error: Error) => {
  throw error;
};

describe('the folder of cases', () => {
  test('gives back what was put in, and keeps mail and case for nobody else to read', async () => {
    const one = await store.create(exampleCase(), Buffer.from('Subject: x\r\n\r\n'));
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await store.get(one.caseId)).toEqual(one);
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect(await store.get('../../etc/passwd')).toBeNull();
  });

  test('C8 removes cases and their mail a moment past the retention, and not at it', async () => {
    const put = (age: number) =>
      store.create(exampleCase({ caseId: newMailId(NOW - age) }), Buffer.from('x'));
    const kept = await put(30 * DAY_MS);
    await put(30 * DAY_MS + 1);
    expect(await store.prune(new Date(NOW), 30)).toBe(1);
    expect((await store.list(noBad)).map(({ caseId }) => caseId)).toEqual([kept.caseId]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test('removes what a crash left half written, once nobody can be writing it any more', async () => {
    const [old, young] = [newMailId(NOW - 3_600_001), newMailId(NOW - 3_600_000)];
    for (const id of [old, young]) await writeFile(join(folder, `${id}.json.1.tmp`), '{');
    await writeFile(join(folder, `${old}.eml`), 'mail without its case');
    await store.prune(new Date(NOW), 30);
    expect(await readdir(folder)).toEqual([`${young}.json.1.tmp`]);
  });

  test('names a file that is no case, and goes on', async () => {
    const bad = newMailId(NOW);
    await writeFile(join(folder, `${bad}.json`), '{"schema":1');
    const { caseId } = await store.create(exampleCase(), null);
    const errors: string[] = [];
    const found = await store.list((error) => errors.push(error.message));
    expect(found.map((one) => one.caseId)).toEqual([caseId]);
    expect(errors).toEqual([expect.stringMatching(`${bad}\\.json: is no case`)]);
  });
});
