import { afterEach, beforeEach, expect, test } from 'vitest';
import { REQUESTS, WINDOW_SECONDS } from '../../../src/console/api/rate.ts';
import { type People, people, post, signedIn } from '../access/people.ts';

let console: People;
beforeEach(async () => {
  console = await people();
});
afterEach(() => console.close());

const ask = (cookie: string, path = '/api/v1/tokens') => console.app.request(path, { headers: { cookie } });

async function spend(cookie: string, requests: number): Promise<void> {
  for (let count = 0; count < requests; count += 1) await ask(cookie);
}

test('one above the rate is refused with the time to wait, others are not, and then it goes on', async () => {
  const [pat, kim] = [await signedIn(console, 'pat'), await signedIn(console, 'kim')];
  await spend(pat, REQUESTS - 1);
  expect((await ask(pat)).status).toBe(200);
  console.clock = new Date(console.clock.getTime() + 10_500);
  const refused = await ask(pat, '/api/v1/users');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(WINDOW_SECONDS - 10)]);
  expect(await refused.json()).toMatchObject({ error: { code: 'tooOften' } });
  expect((await ask(kim)).status).toBe(200);
  expect((await ask(pat, '/account')).status).toBe(200);
  console.clock = new Date(console.clock.getTime() + (WINDOW_SECONDS - 10) * 1_000);
  expect((await ask(pat)).status).toBe(200);
}, 60_000);

test('a clock that is set back keeps nobody out', async () => {
  const pat = await signedIn(console, 'pat');
  await spend(pat, REQUESTS + 1);
  console.clock = new Date(console.clock.getTime() - 3_600_000);
  expect((await ask(pat)).status).toBe(200);
}, 60_000);

test('a form that is too old is said in the language of the reader, and to a script as JSON', async () => {
  const cookie = await signedIn(console, 'pat');
  const headers = { cookie, 'accept-language': 'de' };
  const page = await post(console, '/account/language', { language: 'de', token: 'x' }, headers);
  expect([page.status, page.headers.get('content-type')]).toEqual([403, 'text/html; charset=UTF-8']);
  expect(await page.text()).toContain('Dieses Formular ist zu alt');
  const api = await console.app.request('/api/v1/account/sessions', {
    method: 'DELETE',
    headers: { cookie },
  });
  expect([api.status, await api.json()]).toMatchObject([403, { error: { code: 'forbidden' } }]);
});

test('strict transport security is said of this host alone, unless the certificate is ours', async () => {
  const hsts = async (of: People) =>
    (await of.app.request('/sign-in')).headers.get('strict-transport-security');
  expect(await hsts(console)).toBe('max-age=15552000');
  const ours = await people({ tls: { cert: 'cert.pem', key: 'key.pem' } });
  expect(await hsts(ours)).toBe('max-age=15552000; includeSubDomains');
  await ours.close();
});
