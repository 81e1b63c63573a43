import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import type { ReputationKey } from '../../src/reputation/key.ts';
import { openReputation } from '../../src/reputation/open.ts';
import { postern, rows } from './run.ts';

const ADA = 'ada@example.org';
const NOW = new Date();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reputation-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Addresses = 'plain' | 'hashed';

/** A configuration whose memory knows of these keys; each was seen in one message. */
async function remembering(keys: readonly string[], addresses: Addresses = 'plain', name = 'a') {
  const file = join(folder, `${name}.yaml`);
  const settings = {
    reputation: { file: join(folder, `${name}.sqlite`) },
    privacy: { addresses, keyFile: join(folder, 'privacy.key') },
  };
  writeFileSync(file, JSON.stringify(settings));
  const { privacy, reputation } = configSchema.parse(settings);
  const memory = openReputation(reputation, createMetrics(), undefined, privacy);
  memory.observe({
    kind: 'decision',
    at: NOW,
    keys: keys as ReputationKey[],
    verdict: 'accept',
    recipients: 1,
  });
  await memory.close();
  return {
    file,
    run: (...args: string[]) => postern(['reputation', ...args, '--config', file]),
  };
}

function shownIn(stdout: string) {
  const keys = rows(stdout)[0]?.keys ?? [];
  return keys as { readonly key: string; readonly messages: number }[];
}

async function keysShown(run: (...args: string[]) => ReturnType<typeof postern>, subject: string) {
  const { stdout } = await run('show', subject, '--json');
  return shownIn(stdout)
    .map(({ key }) => key)
    .sort();
}

describe('postern reputation show', { timeout: 60_000 }, () => {
  const keys = [
    `address:${ADA}`,
    `pair:${ADA}>bob@example.com`,
    `wrote:bob@example.com>${ADA}`,
    'domain:example.org',
    'address:ada@example.com',
  ];

  it('shows all keys in which an address occurs, counts as of now', async () => {
    const { run } = await remembering(keys);
    expect(await keysShown(run, 'Ada@Example.ORG')).toEqual(keys.slice(0, 3));
    const { code, stdout } = await run('show', `<${ADA}>`);
    expect(code).toBe(0);
    const [head = '', first = ''] = stdout.split('\n');
    expect(head).toMatch(/^key +messages +held +refused +bad +good +written +recent +first seen +last seen$/);
    expect(first).toMatch(/^address:ada@example\.org +1\.0 +0\.0/);
  });

  it('shows one key, and a host as its organisation', async () => {
    const { run } = await remembering(keys);
    expect(await keysShown(run, `pair:${ADA}>bob@example.com`)).toEqual([`pair:${ADA}>bob@example.com`]);
    expect(await keysShown(run, 'mail.example.org')).toEqual(['domain:example.org']);
  });

  it('finds hashes by the address that they are of', async () => {
    const { run } = await remembering(keys, 'hashed');
    const shown = await keysShown(run, ADA);
    expect(shown.map((key) => key.slice(0, key.indexOf(':')))).toEqual(['address', 'pair', 'wrote']);
    expect(shown.join()).not.toContain('@');
    expect(await keysShown(run, `address:${ADA}`)).toEqual(shown.slice(0, 1));
    expect(await keysShown(run, shown[1] ?? '')).toEqual(shown.slice(1, 2));
  });

  it('shows so many relations and no more', async () => {
    const pairs = Array.from({ length: 7 }, (_, at) => `pair:${ADA}>r${at}@example.com`);
    const { run } = await remembering([`address:${ADA}`, ...pairs]);
    const { stdout } = await run('show', ADA, '--limit', '3', '--json');
    expect(rows(stdout)[0]).toMatchObject({ more: 4, keys: { length: 4 } });
    expect((await run('show', ADA, '--limit', '3')).stdout).toContain('and 4 relations more');
    expect((await run('show', ADA, '--limit', '7')).stdout).not.toContain('more');
  });

  it('says where there is nothing, and where there is no memory', async () => {
    const { file, run } = await remembering(keys);
    const unknown = await run('show', 'nobody@example.net');
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      'postern: nothing is remembered of "nobody@example.net"\n',
    ]);
    expect((await run('show')).code).toBe(2);
    expect((await run('show', ADA, '--limit', '0')).code).toBe(2);
    writeFileSync(file, JSON.stringify({ reputation: { file: join(folder, 'none.sqlite') } }));
    const none = await run('show', ADA);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('none.sqlite: is not there')]);
  });
});

describe('postern reputation forget', { timeout: 60_000 }, () => {
  const keys = [`address:${ADA}`, `pair:${ADA}>bob@example.com`, `wrote:bob@example.com>${ADA}`];

  it.each<Addresses>(['plain', 'hashed'])(
    'deletes every key in which an address occurs (%s)',
    async (kept) => {
      const { run } = await remembering([...keys, 'address:bob@example.com'], kept);
      expect(await run('forget', ADA)).toEqual({ code: 0, stdout: '3 entries forgotten\n', stderr: '' });
      expect((await run('show', ADA)).code).toBe(1);
      expect((await run('show', 'bob@example.com')).code).toBe(0);
      expect(await run('forget', ADA)).toMatchObject({ code: 1, stdout: '' });
    },
  );

  it('deletes one key alone', async () => {
    const { run } = await remembering(keys);
    expect((await run('forget', `address:${ADA}`)).stdout).toBe('1 entry forgotten\n');
    expect(await keysShown(run, ADA)).toEqual(keys.slice(1));
  });

  it('goes through more keys than are deleted at a time', async () => {
    const pairs = Array.from({ length: 1_201 }, (_, at) => `pair:${ADA}>r${at}@example.com`);
    const { run } = await remembering(pairs);
    expect((await run('forget', ADA)).stdout).toBe('1201 entries forgotten\n');
  });
});

describe('postern reputation export and import', { timeout: 60_000 }, () => {
  const keys = [`address:${ADA}`, 'domain:example.org'];
  const saved = (text: string, name = 'memory.ndjson') => {
    const path = join(folder, name);
    writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
    return path;
  };
  const messages = async (run: (...args: string[]) => ReturnType<typeof postern>) =>
    shownIn((await run('show', ADA, '--json')).stdout)[0]?.messages;

  it('adds what was exported', async () => {
    const { run } = await remembering(keys);
    const { stdout } = await run('export');
    expect(rows(stdout)).toHaveLength(3);
    expect(await run('import', saved(stdout, 'memory.ndjson.gz'))).toMatchObject({
      code: 0,
      stdout: '2 entries added\n',
    });
    expect(await messages(run)).toBeCloseTo(2, 2);
  });

  it('converts what was counted with another half-life', async () => {
    const { file, run } = await remembering(keys);
    const export30 = saved((await run('export')).stdout);
    const settings = JSON.parse(readFileSync(file, 'utf8'));
    const other = { ...settings.reputation, file: join(folder, 'other.sqlite'), halfLifeDays: 7 };
    writeFileSync(file, JSON.stringify({ ...settings, reputation: other }));
    expect((await run('import', export30)).stdout).toBe(
      '2 entries added, converted to the half-lives of this memory\n',
    );
    expect(await messages(run)).toBeCloseTo(1, 2);
  });

  it('hashes plain addresses where hashes are kept, and refuses hashes where they cannot be read', async () => {
    const plain = await remembering(keys);
    const hashed = await remembering([], 'hashed', 'b');
    const other = await remembering([], 'plain', 'c');
    expect((await hashed.run('import', saved((await plain.run('export')).stdout))).code).toBe(0);
    expect(await keysShown(hashed.run, ADA)).toHaveLength(1);
    const exported = (await hashed.run('export')).stdout;
    expect(exported).not.toContain('@');
    const refused = await other.run('import', saved(exported));
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('hashed under another key')]);
    expect((await hashed.run('import', saved(exported))).code).toBe(0);
  });

  it('imports nothing of a damaged file', async () => {
    const { run } = await remembering(keys);
    const { stdout } = await run('export');
    const lines = stdout.trimEnd().split('\n');
    const cut = await run('import', saved(`${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 40)}`));
    expect([cut.code, cut.stderr]).toEqual([
      2,
      expect.stringContaining('memory.ndjson:3: is no entry; nothing'),
    ]);
    expect(await messages(run)).toBeCloseTo(1, 2);
    for (const bad of ['"messages":-1', '"messages":null', '"messages":1e999']) {
      const text = stdout.replace(/"messages":[\d.e+-]+/, bad);
      expect((await run('import', saved(text))).code, bad).toBe(2);
    }
    expect((await run('import', saved('{}'))).stderr).toContain('is no export');
    expect((await run('import', join(folder, 'missing'))).stderr).toContain('missing: cannot be read');
  });
});

describe('postern reputation rebuild', { timeout: 60_000 }, () => {
  it('says that an empty ledger has nothing to give', async () => {
    const { run } = await remembering([`address:${ADA}`]);
    const { code, stderr } = await run('rebuild');
    expect([code, stderr]).toEqual([2, expect.stringContaining('has no decision to rebuild from')]);
    expect(await keysShown(run, ADA)).toHaveLength(1);
  });
});

it('every subcommand has help with an example', { timeout: 60_000 }, async () => {
  for (const name of ['show', 'forget', 'export', 'import', 'rebuild']) {
    const { code, stdout } = await postern(['reputation', name, '--help']);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Example:\n  postern reputation ${name}`)]);
  }
});
