import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { hashedReputation, KeyHasher } from '../../src/reputation/hashed.ts';
import { KEY_KINDS, keyOf, type ReputationKey } from '../../src/reputation/key.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import { openReputation } from '../../src/reputation/open.ts';
import { KEY_BYTES, makePrivacyKey, readPrivacyKey } from '../../src/reputation/privacy-key.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const hasher = new KeyHasher(Buffer.alloc(KEY_BYTES, 'k'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('hashes of names and addresses', () => {
  it('leaves no address, no name and no bank details in any kind of key', () => {
    const person = 'ada.linden@example.org';
    const shown = KEY_KINDS.filter((kind) => {
      const key = keyOf(kind, person, person);
      return key !== null && hasher.key(key).includes(person);
    });
    // The second value of these is no person, the first of those neither.
    const halfPlain = ['route', 'country', 'mailer', 'hour', 'account', 'authaddress', 'address'];
    const nobody = ['authdomain', 'domain', 'network', 'asn', 'helo', 'domains', 'skeleton', 'wrotedomain'];
    expect(shown.sort()).toEqual([...halfPlain, ...nobody, 'link', 'file'].sort());
  });

  it.each([
    ['pair:ada@example.org>bob@example.com', /^pair:~[\w-]{22}>~[\w-]{22}$/],
    ['wrote:bob@example.com', /^wrote:~[\w-]{22}$/],
    ['name:ada linden>ada@example.org', /^name:~[\w-]{22}>~[\w-]{22}$/],
    ['route:ada@example.org>192.0.2.0/24', /^route:~[\w-]{22}>192\.0\.2\.0\/24$/],
    ['account:example.org>0123abcd', /^account:example\.org>~[\w-]{22}$/],
    ['authdomain:example.org', /^authdomain:example\.org$/],
  ])('%s', (plain, hashed) => {
    expect(hasher.key(plain as ReputationKey)).toMatch(hashed);
  });

  it('has one hash for one address, wherever it stands, and others under another key', () => {
    const hash = hasher.value('ada@example.org');
    expect(hasher.key('address:ada@example.org')).toBe(`address:${hash}`);
    expect(hasher.key('pair:bob@example.com>ada@example.org')).toMatch(new RegExp(`>${hash}$`));
    expect(hasher.value('ada@example.com')).not.toBe(hash);
    const other = new KeyHasher(Buffer.alloc(KEY_BYTES, 'o'));
    expect(other.value('ada@example.org')).not.toBe(hash);
    expect(other.fingerprint).not.toBe(hasher.fingerprint);
  });

  it('leaves a hash as it is', () => {
    const once = hasher.key('pair:ada@example.org>bob@example.com');
    expect(hasher.key(once)).toBe(once);
  });
});

describe('hashed memory', () => {
  const settings = { halfLifeDays: 30, burstHalfLifeMinutes: 10 };

  it('answers under the keys that it was asked, and keeps none of them', async () => {
    const inner = memoryReputation(settings);
    const memory = hashedReputation(inner, hasher);
    const keys = ['address:ada@example.org', 'domain:example.org'] as const;
    memory.observe({ kind: 'decision', at: AT, keys, verdict: 'accept', recipients: 1 });
    const found = await memory.lookup([...keys, 'address:bob@example.com'], AT);
    expect([...found.keys()]).toEqual(keys);
    expect(found.get('address:ada@example.org')?.messages).toBe(1);
    expect([...(await inner.lookup(keys, AT)).keys()]).toEqual(['domain:example.org']);
  });

  it('does not remember what would be too long as it is', async () => {
    const memory = hashedReputation(memoryReputation(settings), hasher);
    const long: ReputationKey = `address:${'a'.repeat(600)}@example.org`;
    memory.observe({ kind: 'outbound', at: AT, keys: [long] });
    expect((await memory.lookup([long], AT)).size).toBe(0);
  });
});

describe('key of the hashes', () => {
  const path = () => join(folder, 'var', 'privacy.key');

  it('is made once, for its owner alone', () => {
    expect(readPrivacyKey(path())).toBeNull();
    const made = makePrivacyKey(path());
    expect(made.length).toBeGreaterThanOrEqual(KEY_BYTES);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(makePrivacyKey(path())).toEqual(made);
    expect(readPrivacyKey(path())).toEqual(made);
  });

  it('has 32 bytes or more without the white space around it', () => {
    const file = join(folder, 'key');
    writeFileSync(file, `${'k'.repeat(KEY_BYTES)}\n`);
    expect(readPrivacyKey(file)).toEqual(Buffer.alloc(KEY_BYTES, 'k'));
    writeFileSync(file, `${'k'.repeat(KEY_BYTES - 1)}\n`);
    expect(() => readPrivacyKey(file)).toThrow('has 31 bytes, 32 are needed');
  });

  it('says where it cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makePrivacyKey(join(folder, 'file', 'key'))).toThrow(
      'file/key: the key of privacy.addresses cannot',
    );
  });
});

describe('a store of another kind', () => {
  const config = () =>
    configSchema.parse({
      reputation: { file: join(folder, 'memory.sqlite') },
      privacy: { keyFile: join(folder, 'key') },
    });
  const open = (addresses: 'plain' | 'hashed') =>
    openReputation(config().reputation, createMetrics(), undefined, { ...config().privacy, addresses });
  const fill = async (addresses: 'plain' | 'hashed') => {
    const memory = open(addresses);
    memory.observe({ kind: 'outbound', at: AT, keys: ['wrote:bob@example.com'] });
    await memory.close();
  };

  it('has no address in its file', async () => {
    await fill('hashed');
    expect(readFileSync(join(folder, 'memory.sqlite')).includes('bob@')).toBe(false);
    const memory = open('hashed');
    expect((await memory.lookup(['wrote:bob@example.com'], AT)).size).toBe(1);
    await memory.close();
  });

  it('is refused: plain where hashes are wanted', async () => {
    await fill('plain');
    expect(() => open('hashed')).toThrow(/memory\.sqlite: keeps addresses as they are.*rebuild/);
  });

  it('is refused: hashes where plain is wanted', async () => {
    await fill('hashed');
    expect(() => open('plain')).toThrow('keeps addresses hashed, and privacy.addresses is plain');
  });

  it('is refused: hashes of another key', async () => {
    await fill('hashed');
    rmSync(join(folder, 'key'));
    expect(() => open('hashed')).toThrow('was filled under another key');
  });

  it('is taken while it is empty', async () => {
    await open('plain').close();
    await open('hashed').close();
    await open('plain').close();
  });
});
