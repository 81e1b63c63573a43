import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labelledMail } from '../../src/lab/corpora.ts';

const FILES: Readonly<Record<string, string>> = {
  'shop/ham/1.eml': 'Subject: order\r\n\r\nThank you\r\n',
  'shop/ham/1.json': '{"date":"2025-02-03T04:05:06Z","category":"none","list":null,"lang":"en"}',
  'shop/spam/2.eml': 'Subject: buy\r\n\r\nBuy\r\n',
  'shop/unknown/3.eml': 'Subject: ?\r\n\r\n?\r\n',
  'parser_fixtures/ham/4.eml': 'Subject: odd\r\n\r\n',
  'shop/stray.eml': 'Subject: stray\r\n\r\n',
  'manifest.tsv': 'path\tcategory\nshop/spam/2.eml\tscam\n',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-corpora-'));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('labelled mail', () => {
  test('is what lies in SOURCE/LABEL, without labels and sources that are not for training', async () => {
    const found = await labelledMail([folder], null);
    expect(found.map(({ path }) => path)).toEqual(['shop/ham/1.eml', 'shop/spam/2.eml']);
  });

  test('knows what the sidecar and the manifest say, and null for the rest', async () => {
    const [ham, spam] = await labelledMail([folder], join(folder, 'manifest.tsv'));
    expect(ham).toMatchObject({
      source: 'shop',
      label: 'ham',
      category: 'none',
      year: 2025,
      list: null,
      language: 'en',
    });
    expect(spam).toMatchObject({
      source: 'shop',
      label: 'spam',
      category: 'scam',
      year: null,
      list: null,
      language: null,
    });
  });

  test('comes from several folders, each message named by its path once', async () => {
    const other = join(folder, 'more');
    await mkdir(join(other, 'invented/bec'), { recursive: true });
    await writeFile(join(other, 'invented/bec/5.eml'), 'Subject: pay\r\n\r\nPay\r\n');
    const found = await labelledMail([folder, other], null);
    expect(found.map(({ path }) => path)).toEqual([
      'shop/ham/1.eml',
      'shop/spam/2.eml',
      'invented/bec/5.eml',
    ]);
    await expect(labelledMail([other, other], null)).rejects.toThrow(
      'another folder holds invented/bec/5.eml, too',
    );
  });

  test('needs a manifest with the columns', async () => {
    await writeFile(join(folder, 'other.tsv'), 'a\tb\n');
    await expect(labelledMail([folder], join(folder, 'other.tsv'))).rejects.toThrow(
      'no columns path and category',
    );
  });
});
