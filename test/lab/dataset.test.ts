import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FEATURES, SCHEMA_HASH } from '../../src/detect/features/schema.ts';
import { GRAMS, grams } from '../../src/detect/models/grams.ts';
import { buildDataset } from '../../src/lab/dataset.ts';

const CONFIG = fileURLToPath(new URL('../../config/postern.yaml', import.meta.url));
const TEXTS = ['See you at the meeting', 'You have won a prize', ''];

let folder: string;
const out = () => join(folder, 'out');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-dataset-'));
  for (const [i, text] of TEXTS.entries()) {
    const label = join(folder, 'corpora', 'invented', i === 1 ? 'scam' : 'ham');
    await mkdir(label, { recursive: true });
    const head = 'From: Ada Fern <ada@fern.example>\r\nTo: you@company.example\r\nSubject: Hello';
    await writeFile(join(label, `${i}.eml`), `${head}\r\n\r\n${text}\r\n`);
  }
  await writeFile(join(folder, 'corpora', 'invented', 'scam', '1.json'), '{"date":"no date","auth":7}');
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** Header and little-endian values of a .npy file. */
async function npy(name: string) {
  const bytes = await readFile(join(out(), name));
  const start = 10 + bytes.readUInt16LE(8);
  return { header: bytes.subarray(10, start).toString('latin1'), data: bytes.subarray(start) };
}

describe('a dataset', () => {
  test('has a row per message that can be read, the grams that serving sees, and the reason for each that cannot', async () => {
    const corpora = join(folder, 'corpora');
    const seen: number[] = [];
    const summary = await buildDataset(
      { corpora: [corpora], manifest: null, out: out(), config: CONFIG },
      (done) => seen.push(done),
    );
    expect(summary.messages).toBe(2);
    expect(summary.failed).toEqual([
      { path: 'invented/scam/1.eml', error: expect.stringContaining('1.json') },
    ]);
    expect(seen).toEqual([1, 2, 3]);

    const schema = JSON.parse(await readFile(join(out(), 'dataset.json'), 'utf8'));
    expect(schema).toMatchObject({ schemaHash: SCHEMA_HASH, gramsVersion: GRAMS.version, messages: 2 });
    const rows = (await readFile(join(out(), 'rows.ndjson'), 'utf8')).trim().split('\n');
    expect(rows.map((row) => JSON.parse(row))).toMatchObject([
      { path: 'invented/ham/0.eml', source: 'invented', label: 'ham', year: null, kind: 'personal' },
      { path: 'invented/ham/2.eml', source: 'invented', label: 'ham' },
    ]);

    const rules = (await readFile(join(out(), 'rules.ndjson'), 'utf8')).trim().split('\n');
    expect(rules.map((line) => JSON.parse(line))).toMatchObject([{ notRun: [], failed: [] }, { weight: 0 }]);
    expect(schema.rules).toContainEqual(
      expect.objectContaining({ id: expect.any(String), status: 'active' }),
    );

    expect((await npy('features.npy')).header).toContain(`'shape': (2, ${FEATURES.length})`);
    const wanted = ['See you at the meeting', ''].map((visibleText) =>
      grams({ subject: 'Hello', visibleText }),
    );
    const { data } = await npy('gram_ids.npy');
    const ids = Array.from({ length: data.length / 4 }, (_, i) => data.readInt32LE(4 * i));
    expect(ids).toEqual(wanted.flatMap((one) => [...one]));
    const offsets = (await npy('gram_offsets.npy')).data;
    expect([0, 1, 2].map((i) => Number(offsets.readBigInt64LE(8 * i)))).toEqual([
      0,
      wanted[0]?.length,
      ids.length,
    ]);
  }, 60_000);

  test('of a folder without labelled mail is refused', async () => {
    const options = { corpora: [out()], manifest: null, out: out(), config: CONFIG };
    await expect(buildDataset(options, () => undefined)).rejects.toThrow('no SOURCE/LABEL/*.eml');
  });
});
