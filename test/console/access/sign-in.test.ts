import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeGrade, setDisabled } from '../../../src/console/access/manage-users.ts';
import { cookieOf, formTokenFor, PASSWORD, type People, people, post, ROOT, signedIn } from './people.ts';

let console: People;

beforeEach(async () => {
  console = await people();
});
afterEach(() => console.close());

const account = (cookie: string) => console.app.request('/account', { headers: { cookie } });

test('who signs in goes on to the page that was wanted, and never to another host', async () => {
  const asked = await console.app.request('/held?text=a');
  expect(asked.headers.get('location')).toBe('/sign-in?to=%2Fheld%3Ftext%3Da');
  const answer = await post(console, '/sign-in', { name: 'Pat', password: PASSWORD, to: '/held?text=a' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/held?text=a']);
  const evil = await post(console, '/sign-in', { name: 'pat', password: PASSWORD, to: '//evil.example' });
  expect(evil.headers.get('location')).toBe('/');
});

test('a session cookie is for HTTP alone, for this host, and not for forms of other sites', async () => {
  const answer = await post(console, '/sign-in', { name: 'pat', password: PASSWORD });
  expect(answer.headers.get('set-cookie')).toMatch(
    /^postern=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
  );
});

test('by https the cookie is secure, with the prefix of the host; a plain one is nobody', async () => {
  await console.close();
  console = await people({ url: 'https://postern.example' });
  const host = { host: 'postern.example' };
  const answer = await post(console, '/sign-in', { name: 'pat', password: PASSWORD }, host);
  expect(answer.headers.get('set-cookie')).toMatch(
    /^__Host-postern=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const plain = cookieOf(answer).replace('__Host-', '');
  const asked = await console.app.request('/account', { headers: { ...host, cookie: plain } });
  expect(asked.status).toBe(303);
});

test('the database has no id of a session that anybody could use', async () => {
  const secret = (await signedIn(console, 'pat')).split('=')[1] ?? '';
  const rows = await console.database.selectFrom('sessions').selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test('C7 wrong name, wrong password and a disabled user are told alike', async () => {
  await setDisabled(console.parts, ROOT, { name: 'lee', isDisabled: true });
  const answers = [
    await post(console, '/sign-in', { name: 'nobody', password: PASSWORD }),
    await post(console, '/sign-in', { name: 'nobody', password: 'x' }),
    await post(console, '/sign-in', { name: 'nobody', password: '' }),
  ];
  const lee = await post(console, '/sign-in', { name: 'lee', password: PASSWORD });
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(lee.status).toBe(401);
  const text = async (answer: Response | undefined) =>
    (await answer?.text())?.replaceAll(/value="[^"]*"/g, '');
  expect(await text(lee)).toBe(await text(answers[0]));
});

test('C7 a hash in the database that cannot be read lets nobody in', async () => {
  await console.database.updateTable('users').set({ password: 'plain' }).where('name', '=', 'pat').execute();
  expect((await post(console, '/sign-in', { name: 'pat', password: 'plain' })).status).toBe(401);
});

test('C7 ten wrong passwords of a name close it for the window, also for the right one, also at once', async () => {
  const wrong = Array.from({ length: 14 }, () => post(console, '/sign-in', { name: 'pat', password: 'x' }));
  const codes = (await Promise.all(wrong)).map(({ status }) => status);
  expect(codes.filter((code) => code === 401).length).toBeLessThanOrEqual(10);
  while ((await post(console, '/sign-in', { name: 'pat', password: 'x' })).status === 401);
  expect((await post(console, '/sign-in', { name: 'pat', password: PASSWORD })).status).toBe(429);
  console.clock = new Date(console.clock.getTime() + 15 * 60_000 + 1);
  expect((await post(console, '/sign-in', { name: 'pat', password: PASSWORD })).status).toBe(303);
});

test('C7 one address that tries many names is closed as well', async () => {
  for (let i = 0; i < 10; i += 1) await post(console, '/sign-in', { name: `n${i}`, password: 'x' });
  expect((await post(console, '/sign-in', { name: 'pat', password: PASSWORD })).status).toBe(429);
});

test('signing in makes a new session, whatever cookie came with it, and ends the one before', async () => {
  const planted = 'postern=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  const first = cookieOf(
    await post(console, '/sign-in', { name: 'pat', password: PASSWORD }, { cookie: planted }),
  );
  expect(first).not.toBe(planted);
  expect((await account(planted)).status).toBe(303);
  await post(console, '/sign-in', { name: 'kim', password: PASSWORD }, { cookie: first });
  expect((await account(first)).status).toBe(303);
});

test('a session ends after an hour without a request, after twelve in any case, and by signing out', async () => {
  const idle = await signedIn(console, 'pat');
  const begun = console.clock.getTime();
  console.clock = new Date(begun + 60 * 60_000 - 1);
  expect((await account(idle)).status).toBe(200);
  for (let minute = 110; minute < 12 * 60; minute += 50) {
    console.clock = new Date(begun + minute * 60_000);
    expect((await account(idle)).status).toBe(200);
  }
  console.clock = new Date(begun + 12 * 60 * 60_000);
  expect((await account(idle)).status).toBe(303);
  const other = await signedIn(console, 'pat');
  console.clock = new Date(console.clock.getTime() + 60 * 60_000);
  expect((await account(other)).status).toBe(303);
  const last = await signedIn(console, 'pat');
  await post(console, '/sign-out', {}, { cookie: last });
  expect((await account(last)).status).toBe(303);
});

test('a user who is disabled, or gets another role, is signed out', async () => {
  const [kim, lee] = [await signedIn(console, 'kim'), await signedIn(console, 'lee')];
  await setDisabled(console.parts, ROOT, { name: 'kim', isDisabled: true });
  await changeGrade(console.parts, ROOT, { name: 'lee', role: 'analyst' });
  expect([(await account(kim)).status, (await account(lee)).status]).toEqual([303, 303]);
});

test('a form of another site is refused: signing in, and any change', async () => {
  const fields = { name: 'pat', password: PASSWORD };
  const cross = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ];
  for (const headers of cross) expect((await post(console, '/sign-in', fields, headers)).status).toBe(403);
  expect((await post(console, '/sign-in', fields, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  const cookie = await signedIn(console, 'pat');
  const change = { name: 'new', role: 'viewer', password: PASSWORD };
  expect((await post(console, '/access/users', change, { cookie })).status).toBe(403);
  const token = await formTokenFor(console, await signedIn(console, 'lee'));
  expect((await post(console, '/access/users', { ...change, token }, { cookie })).status).toBe(403);
});

test('pages cannot be framed by others, run no script of others, and with console.url answer to its host alone', async () => {
  const answer = await console.app.request('/sign-in');
  expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
  await console.close();
  console = await people({ url: 'https://postern.example' });
  expect((await console.app.request('/sign-in', { headers: { host: 'evil.example' } })).status).toBe(421);
  expect((await console.app.request('/sign-in', { headers: { host: 'postern.example' } })).status).toBe(200);
});

test('without any user the page says how to make the first', async () => {
  await console.database.deleteFrom('users').execute();
  expect(await (await console.app.request('/sign-in')).text()).toContain(
    'postern users add NAME --role admin',
  );
});
