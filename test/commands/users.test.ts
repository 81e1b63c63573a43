import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { configSchema } from '../../src/config/schema.ts';
import { verifyPassword } from '../../src/console/access/password.ts';
import { passwordHash } from '../../src/console/access/users.ts';
import { openDatabase } from '../../src/database/open.ts';
import { type Run, rows } from './run.ts';

const ROOT = join(import.meta.dirname, '../..');
const PASSWORD = 'a heron stands in the reeds';
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-users-'));
  file = join(folder, 'postern.yaml');
  const held = join(folder, 'held');
  writeFileSync(
    file,
    stringify({
      gate: { spool: join(folder, 'spool'), nextHop: { host: '127.0.0.1', port: 10_025 } },
      quarantine: { directory: held },
      ledger: { directory: join(folder, 'ledger') },
    }),
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `postern users …`, with what a person pipes into it. */
async function users(input: string, ...args: string[]): Promise<Run> {
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(ROOT, 'bin/postern.js'), 'users', ...args, '--config', file],
      { cwd: folder },
      (error, stdout, stderr) =>
        resolve({
          code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
          stdout,
          stderr,
        }),
    );
    child.stdin?.end(input);
  });
}

test('the first administrator is made on the host, with a password from standard input', async () => {
  expect((await users('', 'list')).stdout).toContain('no users yet');
  const added = await users(`${PASSWORD}\n`, 'add', 'Pat', '--role', 'admin');
  expect([added.code, added.stdout]).toEqual([0, 'pat added\n']);
  const list = await users('', 'list', '--json');
  expect(rows(list.stdout)).toMatchObject([{ name: 'pat', role: 'admin', domains: null, isDisabled: false }]);
  expect(await isPassword(PASSWORD)).toBe(true);
  const trail = readdirSync(join(folder, 'ledger'), { recursive: true })
    .filter((name) => String(name).endsWith('.jsonl') || String(name).endsWith('.ndjson'))
    .map((name) => readFileSync(join(folder, 'ledger', String(name)), 'utf8'))
    .join('');
  expect(trail).toContain('"user-add"');
  expect(trail).not.toContain(PASSWORD);
}, 60_000);

async function isPassword(password: string): Promise<boolean> {
  const database = await openDatabase(configSchema.parse({}).database, join(folder, 'held'));
  try {
    return await verifyPassword(password, await passwordHash(database, 'pat'));
  } finally {
    await database.destroy();
  }
}

test('role, password, disable, enable and remove; the last administrator stays', async () => {
  await users(PASSWORD, 'add', 'pat', '--role', 'admin');
  const last = await users('', 'disable', 'pat');
  expect(last.code).not.toBe(0);
  expect(last.stderr).toContain('last administrator');
  await users(PASSWORD, 'add', 'kim', '--role', 'viewer');
  await users('', 'role', 'kim', '--role', 'analyst', '--domains', 'Example.com,example.net');
  await users('', 'disable', 'kim');
  expect((await users('', 'list')).stdout).toMatch(/kim +analyst of example\.com, example\.net +disabled/);
  await users('', 'enable', 'kim');
  expect((await users('', 'list')).stdout).toMatch(/kim .* enabled/);
  expect((await users('another heron stands there', 'password', 'pat')).stdout).toContain(
    'has a new password',
  );
  expect(await isPassword('another heron stands there')).toBe(true);
  await users('', 'remove', 'kim');
  expect((await users('', 'list')).stdout).not.toContain('kim');
}, 120_000);

test.each([
  ['a password that is short', 'short', ['add', 'pat', '--role', 'admin'], 'at least 12 characters'],
  ['a role that there is not', PASSWORD, ['add', 'pat', '--role', 'root'], 'no such role'],
  ['a name with a slash', PASSWORD, ['add', '../pat', '--role', 'admin'], 'A name has'],
  ['a user whom nobody knows', '', ['disable', 'nobody'], 'no such user'],
])(
  '%s is refused in words',
  async (_, input, args, words) => {
    const { code, stdout, stderr } = await users(input, ...args);
    expect([code === 0, stdout]).toEqual([false, '']);
    expect(stderr).toContain(words);
  },
  30_000,
);
