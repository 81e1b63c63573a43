import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMail, readMailFile } from '../../src/mail/files.ts';
import { DEFAULT_BUDGETS, parse } from '../../src/message/parse.ts';
import { describeWith } from '../describe-with.ts';

const PROGRAM = fileURLToPath(new URL('../../models/train/invent/invent.py', import.meta.url));
// The least number with which every kind comes once: 32 attacks are two fifths of it.
const COUNT = 80;
const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0;
const PYTHON = { name: 'python3, 3.11 or later', missing: python ? null : 'python3 is missing or too old' };

function invent(folder: string, seed: number): void {
  execFileSync('python3', [PROGRAM, '--out', folder, '--count', String(COUNT), '--seed', String(seed)]);
}

function digest(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(eml|json)$/.test(name),
  );
  for (const name of names.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

describeWith(PYTHON, 'invented mail', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-invented-'));
  beforeAll(() => invent(join(folder, 'one'), 7));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read without oddities, with a sender, a recipient and a text, and every slot is filled', async () => {
    let seen = 0;
    for await (const source of findMail([join(folder, 'one')])) {
      if (!('path' in source)) throw new Error('not a file of its own');
      const { mail, dated } = await readMailFile(source.path);
      const message = await parse(mail.content, DEFAULT_BUDGETS);
      seen++;
      expect(dated, source.path).toBe(true);
      expect(mail.envelope.rcptTo, source.path).toHaveLength(1);
      expect(message.from, source.path).toHaveLength(1);
      // An address shown in the name of an impostor is meant; anything else were a fault of the writer.
      const meant = source.path.includes('/ham/') ? [] : ['address_in_from_name'];
      expect(meant, source.path).toEqual(expect.arrayContaining([...message.ambiguities]));
      const text = `${message.text} ${message.html?.visibleText ?? ''} ${message.subject}`;
      expect(text.trim(), source.path).not.toBe('');
      expect(text, source.path).not.toMatch(/\{[a-z]\w*\}/);
    }
    expect(seen).toBe(COUNT);
  });

  test('has three legitimate messages for two attacks, and every category', () => {
    const labels = readdirSync(join(folder, 'one/invented'));
    const ham = readdirSync(join(folder, 'one/invented/ham')).filter((name) => name.endsWith('.eml'));
    expect(ham).toHaveLength(COUNT * 0.6);
    expect(labels.sort()).toEqual(
      'bec callback_phishing credential_phishing extortion ham invoice_fraud malware scam spam'.split(' '),
    );
  });

  test('is the same for the same seed and different for another', () => {
    invent(join(folder, 'again'), 7);
    invent(join(folder, 'other'), 8);
    expect(digest(join(folder, 'again'))).toBe(digest(join(folder, 'one')));
    expect(digest(join(folder, 'other'))).not.toBe(digest(join(folder, 'one')));
  });
});
