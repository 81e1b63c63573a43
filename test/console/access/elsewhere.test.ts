import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { openFlow, sealFlow } from '../../../src/console/access/elsewhere/flow.ts';
import { BACK_PATH } from '../../../src/console/access/elsewhere/routes.ts';
import { insertToken, tokenPrincipal } from '../../../src/console/access/tokens.ts';
import { findUser, regradeUser } from '../../../src/console/access/users.ts';
import { startConsole } from '../../../src/console/start.ts';
import { trailOf } from '../../../src/console/trail/operations.ts';
import type { HttpListener } from '../../../src/http-listener.ts';
import { freePort } from '../../system/servers/ports.ts';
import { PASSWORD, type People, people, ROOT } from './people.ts';
import { CLIENT_ID, CLIENT_SECRET, startProvider, type TestProvider } from './provider.ts';
import { type Wanderer, wanderer } from './wanderer.ts';

const PAT = {
  preferred_username: 'Mira',
  groups: ['postmasters'],
  email: 'mira@example.com',
  email_verified: true,
};

let origin: string;
let port: number;
let provider: TestProvider;
let secrets: string;
let console: People;
let server: HttpListener;

beforeAll(async () => {
  port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  provider = await startProvider(origin + BACK_PATH);
  secrets = mkdtempSync(join(tmpdir(), 'postern-oidc-'));
  writeFileSync(join(secrets, 'client'), `${CLIENT_SECRET}\n`);
  writeFileSync(join(secrets, 'wrong'), 'another secret\n');
});
afterAll(async () => {
  await provider.close();
  rmSync(secrets, { recursive: true });
});
beforeEach(() => serve());
afterEach(() => stop());

async function serve(
  oidc: Record<string, unknown> = {},
  settings: Parameters<typeof people>[0] = {},
): Promise<void> {
  const config = configSchema.parse({
    identity: { ownDomains: ['Example.com'] },
    console: {
      oidc: {
        issuer: provider.issuer,
        clientId: CLIENT_ID,
        clientSecretFile: join(secrets, 'client'),
        roles: {
          postmasters: { role: 'admin' },
          helpdesk: { role: 'analyst', domains: ['example.com'] },
          sales: { role: 'analyst', domains: ['example.net'] },
          readers: { role: 'viewer' },
        },
        ...oidc,
      },
    },
  });
  const { identity } = config;
  console = await people({ url: origin, oidc: config.console.oidc, ...settings }, { identity });
  server = await startConsole(console.app, `127.0.0.1:${port}`, null);
}

async function stop(): Promise<void> {
  await server.close();
  await console.close();
}

async function again(...options: Parameters<typeof serve>): Promise<void> {
  await stop();
  await serve(...options);
}

const start = (to = '/account') => `${origin}/sign-in/elsewhere?to=${encodeURIComponent(to)}`;

/** Signs in by the provider, with a browser of its own. */
async function comes(sub: string, profile: Record<string, unknown>, to?: string) {
  provider.signs(sub, profile);
  const browser = wanderer();
  const { url, answer } = await browser.go(start(to));
  return { browser, url, status: answer.status, text: await answer.text() };
}

/** Stops where the provider sends back to. */
async function almost(
  sub: string,
  profile: Record<string, unknown>,
): Promise<{ browser: Wanderer; back: URL }> {
  provider.signs(sub, profile);
  const browser = wanderer();
  const { url } = await browser.go(start(), (at) => at.startsWith(origin + BACK_PATH));
  return { browser, back: new URL(url) };
}

const isIn = async (browser: Wanderer) => (await browser.get(`${origin}/account`)).status === 200;

test('somebody with a group that may is in, with its role, and goes to the page that was wanted', async () => {
  const page = await (await fetch(`${origin}/sign-in?to=/tokens`)).text();
  expect(page).toContain('href="/sign-in/elsewhere?to=%2Ftokens"');
  const { status, url, browser } = await comes('m-1', PAT, '/tokens');
  expect([status, url]).toEqual([200, `${origin}/tokens`]);
  expect(browser.cookies.has('postern-oidc')).toBe(false);
  expect(await findUser(console.database, 'mira')).toMatchObject({
    role: 'admin',
    domains: null,
    identity: `${provider.issuer} m-1`,
    createdBy: `provider:${new URL(provider.issuer).host}`,
  });
  const record = (await trailOf(console.parts, ROOT, {})).find(({ subject }) => subject === 'user:mira');
  expect(record).toMatchObject({ action: 'user-add', after: 'admin' });
});

test('after signing in nobody is sent to another host', async () => {
  provider.signs('m-1', PAT);
  const at = (await wanderer().go(start('//evil.example/account'), (url) => url === `${origin}/`)).url;
  expect(at).toBe(`${origin}/`);
  const { browser, back } = await almost('m-1', PAT);
  tamper(browser, { to: 'https://evil.example/' });
  expect((await browser.get(back.href)).headers.get('location')).toBe('/');
});

/** Changes what the browser keeps. */
function tamper(browser: Wanderer, change: Record<string, string>): void {
  const flow = openFlow(browser.cookies.get('postern-oidc') ?? null);
  if (flow === null) throw new Error('no flow');
  browser.cookies.set('postern-oidc', sealFlow({ ...flow, ...change }));
}

test.each([
  ['another state in the address', (_: Wanderer, back: URL) => back.searchParams.set('state', 'x')],
  ['no state in the address', (_: Wanderer, back: URL) => back.searchParams.delete('state')],
  [
    'another issuer in the address',
    (_: Wanderer, back: URL) => back.searchParams.set('iss', 'https://evil.example'),
  ],
  ['another code', (_: Wanderer, back: URL) => back.searchParams.set('code', 'x')],
  ['another state in the cookie', (browser: Wanderer) => tamper(browser, { state: 'x'.repeat(43) })],
  ['another nonce in the cookie', (browser: Wanderer) => tamper(browser, { nonce: 'x'.repeat(43) })],
  ['another verifier in the cookie', (browser: Wanderer) => tamper(browser, { verifier: 'x'.repeat(43) })],
  ['no cookie', (browser: Wanderer) => void browser.cookies.delete('postern-oidc')],
  ['a cookie of nobody', (browser: Wanderer) => void browser.cookies.set('postern-oidc', 'bm8')],
])('coming back with %s signs nobody in', async (_, change) => {
  const { browser, back } = await almost('m-1', PAT);
  change(browser, back);
  const answer = await browser.get(back.href);
  expect(answer.status).toBe(401);
  expect(await answer.text()).toContain('Signing in there did not work');
  expect(browser.cookies.has('postern')).toBe(false);
  expect(await findUser(console.database, 'mira')).toBeNull();
});

test('C7 the way back of somebody else (their code, their state) is nothing in another browser', async () => {
  const theirs = await almost('m-1', PAT);
  const mine = await almost('m-2', { ...PAT, preferred_username: 'noor' });
  expect((await mine.browser.get(theirs.back.href)).status).toBe(401);
  expect(await isIn(mine.browser)).toBe(false);
});

test('C7 a way back works once', async () => {
  const { browser, back } = await almost('m-1', PAT);
  const kept = browser.cookies.get('postern-oidc') ?? '';
  expect((await browser.get(back.href)).status).toBe(303);
  const other = wanderer();
  other.cookies.set('postern-oidc', kept);
  expect((await other.get(back.href)).status).toBe(401);
});

test('C7 ways back that fail are counted, apart from passwords', async () => {
  const { attempts } = console.parts.config().console.signIn;
  const fail = async () => {
    const browser = wanderer();
    browser.cookies.set('postern-oidc', sealFlow({ state: 's', nonce: 'n', verifier: 'v', to: '/' }));
    return (await browser.get(`${origin}${BACK_PATH}?code=x&state=s`)).status;
  };
  for (let count = 0; count < attempts; count += 1) expect(await fail()).toBe(401);
  expect(await fail()).toBe(429);
  const body = new URLSearchParams({ name: 'pat', password: PASSWORD });
  const answer = await fetch(`${origin}/sign-in`, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
});

test.each([
  ['no group, address not verified', { email: 'a@example.com', email_verified: false }],
  ['no group, address said to be verified by a word', { email: 'a@example.com', email_verified: 'true' }],
  ['no group, address of others', { email: 'a@example.org', email_verified: true }],
  ['no group, address of a domain below ours', { email: 'a@sub.example.com', email_verified: true }],
  ['a group that nobody knows', { groups: ['staff', 'constructor', '__proto__'] }],
  ['groups that are no list of names', { groups: [{ postmasters: true }, 7] }],
])('%s: does not get in', async (_, profile) => {
  const { status, text, browser } = await comes('s-1', { preferred_username: 'sam', ...profile });
  expect(status).toBe(403);
  expect(text).toContain('nothing here is yours to see');
  expect([await isIn(browser), await findUser(console.database, 'sam')]).toEqual([false, null]);
});

test('a recipient of our domains is in by the verified address, unless recipients are off', async () => {
  const rosa = { preferred_username: 'rosa', email: 'Rosa@Example.com', email_verified: true };
  const { browser } = await comes('r-1', rosa);
  expect(await isIn(browser)).toBe(true);
  const user = await findUser(console.database, 'rosa');
  expect(user).toMatchObject({ role: 'recipient', address: 'rosa@example.com', domains: null });
  await again({}, { recipients: { release: 'off' } });
  expect((await comes('r-1', rosa)).status).toBe(403);
});

test('the highest role counts, with the domains of the groups that give it', async () => {
  await comes('m-1', { ...PAT, groups: ['readers', 'helpdesk', 'sales'] });
  const user = await findUser(console.database, 'mira');
  expect(user).toMatchObject({ role: 'analyst', domains: ['example.com', 'example.net'] });
});

test('who lost a group has the lower role at the next sign-in, and sessions of before are over', async () => {
  const before = await comes('m-1', PAT);
  const after = await comes('m-1', { ...PAT, groups: ['readers'] });
  expect([await isIn(before.browser), await isIn(after.browser)]).toEqual([false, true]);
  expect(await findUser(console.database, 'mira')).toMatchObject({ role: 'viewer' });
});

test('who lost all groups is out: sessions and tokens, too', async () => {
  const before = await comes('m-1', { ...PAT, email: 'mira@example.org' });
  const createdAt = console.clock;
  const grade = { role: 'viewer', domains: null } as const;
  const made = await insertToken(console.database, {
    name: 't',
    user: 'mira',
    ...grade,
    createdAt,
    expiresAt: null,
  });
  const principal = () => tokenPrincipal(console.database, made?.secret ?? '', console.clock);
  expect(await principal()).not.toBeNull();
  const after = await comes('m-1', { preferred_username: 'mira', groups: [] });
  expect(after.status).toBe(403);
  expect([await isIn(before.browser), await principal()]).toEqual([false, null]);
});

test('a disabled user stays out, whatever the provider says', async () => {
  await comes('m-1', PAT);
  await regradeUser(console.database, 'mira', {
    role: 'admin',
    domains: null,
    address: null,
    isDisabled: true,
  });
  const { status, text, browser } = await comes('m-1', { ...PAT, groups: ['readers'] });
  expect([status, await isIn(browser)]).toEqual([403, false]);
  expect(text).toContain('This account is disabled');
});

test('nobody becomes a user of ours by choosing the same name', async () => {
  const { status, browser } = await comes('x-1', { ...PAT, preferred_username: 'pat' });
  expect([status, await isIn(browser)]).toEqual([409, false]);
  expect(await findUser(console.database, 'pat')).toMatchObject({ identity: null });
});

test('a name that cannot be one here is replaced, and the person known again by subject', async () => {
  await comes('m-1', { ...PAT, preferred_username: 'token:pat/nightly', email_verified: false });
  const named = /^user-[0-9a-f]{16}$/;
  const rows = await console.database
    .selectFrom('users')
    .select('name')
    .where('identity', 'is not', null)
    .execute();
  expect(rows.map(({ name }) => named.test(name))).toEqual([true]);
  await comes('m-1', { ...PAT, preferred_username: 'mira' });
  expect(await findUser(console.database, 'mira')).toBeNull();
});

test.each([
  ['does not answer', { issuer: 'http://127.0.0.1:1' }],
  ['is another', { issuer: 'ISSUER/tenant' }],
  ['is not https, and not on this host', { issuer: 'http://login.example' }],
  ['has a secret in a file that is not there', { clientSecretFile: '/nonexistent/secret' }],
])('a provider that %s is said on the page of signing in; passwords work', async (_, oidc) => {
  const issuer = 'issuer' in oidc ? oidc.issuer?.replace('ISSUER', provider.issuer) : undefined;
  await again({ ...oidc, ...(issuer === undefined ? {} : { issuer }) });
  const { status, text } = await comes('m-1', PAT);
  expect(status).toBe(502);
  expect(text).toContain('does not answer, or is not set up as it should be');
  expect(text).toContain('name="password"');
});

test('a wrong secret of the client signs nobody in', async () => {
  await again({ clientSecretFile: join(secrets, 'wrong') });
  expect((await comes('m-1', PAT)).status).toBe(401);
});

test('without the address of the console there is no way back, and the page says so', async () => {
  await again({}, { url: null });
  expect((await comes('m-1', PAT)).status).toBe(502);
});

test('a provider that was away works when it is back', async () => {
  const { issuer } = provider;
  await provider.close();
  expect((await comes('m-1', PAT)).status).toBe(502);
  provider = await startProvider(origin + BACK_PATH, Number(new URL(issuer).port));
  expect((await comes('m-1', PAT)).status).toBe(200);
});
