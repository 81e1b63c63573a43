import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addUser,
  changeGrade,
  dropUser,
  listUsers,
  setDisabled,
} from '../../../src/console/access/manage-users.ts';
import type { Principal } from '../../../src/console/principal.ts';
import { trailOf } from '../../../src/console/trail/operations.ts';
import { formTokenFor, PASSWORD, type People, people, post, ROOT, signedIn } from './people.ts';

const COM: Principal = { name: 'cam', role: 'admin', domains: ['example.com'], address: null };
let console: People;

beforeEach(async () => {
  console = await people();
});
afterEach(() => console.close());

function api(token: string, path: string, method = 'GET', body?: unknown) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return console.app.request(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

interface Answer {
  readonly users: readonly { readonly name: string }[];
  readonly tokens: readonly { readonly id: string; readonly domains: readonly string[] | null }[];
  readonly error: { readonly code: string };
  readonly openapi: string;
  readonly paths: Readonly<Record<string, unknown>>;
}

/** As the test expects it. */
async function json(answer: Response): Promise<Answer> {
  return (await answer.json()) as Answer;
}

async function tokenOf(
  name: string,
  fields: Record<string, string>,
): Promise<{ text: string; token: string }> {
  const cookie = await signedIn(console, name);
  const token = await formTokenFor(console, cookie);
  const text = await (
    await post(console, '/tokens', { name: 'nightly', days: '', ...fields, token }, { cookie })
  ).text();
  return { text, token: /postern_[\w-]{43}/.exec(text)?.[0] ?? '' };
}

test('C9 an administrator of a domain sees and changes users of that domain alone', async () => {
  const { parts } = console;
  await addUser(parts, COM, {
    name: 'reed',
    role: 'recipient',
    address: 'Reed@Example.com',
    password: PASSWORD,
  });
  expect((await listUsers(parts, COM)).map(({ name }) => name)).toEqual(['kim', 'reed']);
  await expect(setDisabled(parts, COM, { name: 'pat', isDisabled: true })).rejects.toMatchObject({
    reason: 'missing',
  });
  const above = [
    { name: 'all', role: 'viewer' },
    { name: 'org', role: 'viewer', domains: 'example.org' },
    { name: 'two', role: 'viewer', domains: 'example.com, example.org' },
    { name: 'other', role: 'recipient', address: 'a@example.org' },
  ];
  for (const user of above)
    await expect(addUser(parts, COM, { ...user, password: PASSWORD })).rejects.toMatchObject({
      reason: 'forbidden',
    });
  await expect(changeGrade(parts, COM, { name: 'kim', role: 'viewer' })).rejects.toMatchObject({
    reason: 'forbidden',
  });
});

test('the last administrator of all domains stays', async () => {
  const { parts } = console;
  await addUser(parts, ROOT, { name: 'cam', role: 'admin', domains: 'example.com', password: PASSWORD });
  const last = { problem: 'lastAdmin' };
  await expect(dropUser(parts, ROOT, { name: 'pat' })).rejects.toMatchObject(last);
  await expect(setDisabled(parts, ROOT, { name: 'pat', isDisabled: true })).rejects.toMatchObject(last);
  await expect(
    changeGrade(parts, ROOT, { name: 'pat', role: 'admin', domains: 'example.com' }),
  ).rejects.toMatchObject(last);
});

test('users are made, changed and removed on the page, each with a record, none with a password', async () => {
  const cookie = await signedIn(console, 'pat');
  const token = await formTokenFor(console, cookie);
  const send = (path: string, fields: Record<string, string>) =>
    post(console, path, { ...fields, token }, { cookie });
  const made = await send('/access/users', {
    name: 'New',
    role: 'viewer',
    password: PASSWORD,
    domains: 'example.com',
  });
  expect(made.headers.get('location')).toBe('/access?done');
  const short = await send('/access/users/new/password', { password: 'short' });
  expect(short.headers.get('location')).toBe('/access?problem=short');
  await send('/access/users/new/role', { role: 'analyst', domains: '' });
  await send('/access/users/new/disable', {});
  await send('/access/users/new/remove', {});
  const page = await (await console.app.request('/access', { headers: { cookie } })).text();
  expect(page).toContain('kim');
  expect(page).not.toContain('>new<');
  const records = await trailOf(console.parts, ROOT, { subject: 'user:new' });
  expect(records.map(({ actor, action, before, after }) => [actor, action, before, after])).toEqual([
    ['pat', 'user-remove', 'analyst', null],
    ['pat', 'user-disable', 'enabled', 'disabled'],
    ['pat', 'user-role', 'viewer of example.com', 'analyst'],
    ['pat', 'user-add', null, 'viewer of example.com'],
  ]);
});

test('users are for administrators', async () => {
  for (const name of ['kim', 'lee']) {
    const cookie = await signedIn(console, name);
    expect((await console.app.request('/access', { headers: { cookie } })).status).toBe(403);
  }
});

test('a token is shown once, kept as a hash, works for the API alone, and ends when it is revoked', async () => {
  const { token } = await tokenOf('pat', { role: 'admin' });
  expect(JSON.stringify(await console.database.selectFrom('api_tokens').selectAll().execute())).not.toContain(
    token,
  );
  const cookie = await signedIn(console, 'pat');
  expect(await (await console.app.request('/tokens', { headers: { cookie } })).text()).not.toContain(token);
  expect(
    (await console.app.request('/access', { headers: { authorization: `Bearer ${token}` } })).status,
  ).toBe(303);
  const users = await api(token, '/api/v1/users');
  expect((await json(users)).users.map(({ name }: { name: string }) => name)).toEqual(['kim', 'lee', 'pat']);
  const kept = (await json(await api(token, '/api/v1/tokens'))).tokens[0];
  expect((await api(token, `/api/v1/tokens/${kept?.id}`, 'DELETE')).status).toBe(200);
  const after = await api(token, '/api/v1/users');
  expect([after.status, (await json(after)).error.code]).toEqual([401, 'unknown']);
});

test('a token can do no more than whoever made it, then and later', async () => {
  expect((await tokenOf('kim', { role: 'admin' })).token).toBe('');
  expect((await tokenOf('kim', { role: 'analyst', domains: 'example.org' })).token).toBe('');
  const { token } = await tokenOf('kim', { role: 'analyst' });
  expect((await json(await api(token, '/api/v1/tokens'))).tokens[0]?.domains).toEqual(['example.com']);
  await changeGrade(console.parts, ROOT, { name: 'kim', role: 'viewer', domains: 'example.com' });
  expect((await api(token, '/api/v1/tokens')).status).toBe(401);
});

test('a token ends when its time is over, and with its user', async () => {
  const { token } = await tokenOf('lee', { role: 'viewer', days: '1' });
  console.clock = new Date(console.clock.getTime() + 86_400_000 - 1);
  expect((await api(token, '/api/v1/tokens')).status).toBe(200);
  console.clock = new Date(console.clock.getTime() + 1);
  expect((await api(token, '/api/v1/tokens')).status).toBe(401);
  const other = await tokenOf('kim', { role: 'viewer' });
  await setDisabled(console.parts, ROOT, { name: 'kim', isDisabled: true });
  expect((await api(other.token, '/api/v1/tokens')).status).toBe(401);
});

test('the API says what it can do, and what it cannot in one shape', async () => {
  const { token } = await tokenOf('pat', { role: 'admin' });
  const document = await json(await api(token, '/api/v1/openapi.json'));
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/api/v1/users', '/api/v1/tokens', '/api/v1/trail']),
  );
  const bad = await api(token, '/api/v1/users', 'POST', { name: 'x', role: 'king', password: PASSWORD });
  expect([bad.status, (await json(bad)).error.code]).toEqual([400, 'bad']);
  const taken = await api(token, '/api/v1/users', 'POST', {
    name: 'kim',
    role: 'viewer',
    password: PASSWORD,
  });
  expect([taken.status, (await json(taken)).error.code]).toEqual([409, 'conflict']);
  expect((await api(token, '/api/v1/nothing')).status).toBe(404);
});

test('C9 somebody of some domains sees their own changes alone in the audit trail', async () => {
  const kim: Principal = { name: 'kim', role: 'analyst', domains: ['example.com'], address: null };
  expect(await trailOf(console.parts, kim, {})).toEqual([]);
  await tokenOf('kim', { role: 'viewer' });
  expect((await trailOf(console.parts, kim, {})).map(({ action }) => action)).toEqual(['token-add']);
  expect(await trailOf(console.parts, ROOT, { actor: 'ROOT' })).toHaveLength(3);
  await expect(trailOf(console.parts, { ...kim, role: 'viewer' }, {})).rejects.toMatchObject({
    reason: 'forbidden',
  });
});
