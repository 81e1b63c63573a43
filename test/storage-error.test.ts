import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { asGateError } from '../src/gate/gate-error.ts';
import { asStorageError, StorageError } from '../src/storage-error.ts';

const errorWith = (code: string) => Object.assign(new Error(`${code}: no luck, write`), { code });

test.each([
  ['ENOSPC', 452, '4.3.1'],
  ['EDQUOT', 452, '4.3.1'],
  ['EIO', 451, '4.3.0'],
  ['EMFILE', 451, '4.3.0'],
  ['EROFS', 451, '4.3.0'],
])('F2 %s of a store is %i %s, and the operator reads the path', (code, reply, enhanced) => {
  const failure = asGateError(asStorageError('/var/x/1.eml', errorWith(code)));
  expect(failure).toMatchObject({ reason: 'storage', reply: { code: reply, enhanced } });
  expect(failure.message).toBe(`/var/x/1.eml: ${code}: no luck, write`);
  expect(failure.reply.lines.join()).not.toContain('/var');
});

test('F2 F3 what SQLite says when it is full, or another has the lock, is known by its number', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
  const full = (): unknown => {
    try {
      database.exec(`INSERT INTO t VALUES (zeroblob(100000))`);
    } catch (error) {
      return error;
    }
    return null;
  };
  const error = asStorageError('/var/q.sqlite', full());
  expect(error).toMatchObject({ problem: 'full', code: 'SQLITE_13' });
  const busy = Object.assign(new Error('database is locked'), { errcode: 5 });
  expect(asStorageError('/var/q.sqlite', busy)).toMatchObject({ problem: 'failed', code: 'SQLITE_5' });
});

test('other errors stay what they are, and one that has its path gets no second', () => {
  const missing = errorWith('ENOENT');
  expect(asStorageError('/var/x', missing)).toBe(missing);
  const first = asStorageError('/var/x', errorWith('EIO'));
  expect(first).toBeInstanceOf(StorageError);
  expect(asStorageError('/var/y', first)).toBe(first);
});
