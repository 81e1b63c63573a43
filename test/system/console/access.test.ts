import { afterAll, beforeAll, expect, it } from 'vitest';
import { startConsole } from '../../../src/console/start.ts';
import type { HttpListener } from '../../../src/http-listener.ts';
import { PASSWORD, type People, people } from '../../console/access/people.ts';
import { describeWith } from '../../describe-with.ts';
import {
  axeSerious,
  chromiumRequirement,
  type Device,
  fitsWidth,
  openBrowser,
  screenshot,
  type TestBrowser,
  type Visit,
} from './browser.ts';

describeWith(chromiumRequirement, 'signing in, users and tokens in Chromium', () => {
  let browser: TestBrowser;
  let console: People;
  let server: HttpListener;
  let origin: string;

  beforeAll(async () => {
    browser = await openBrowser();
    console = await people();
    // Sessions of a browser end by its own clock, too.
    console.clock = new Date();
    server = await startConsole(console.app, '127.0.0.1:0', null);
    origin = `http://127.0.0.1:${server.port}`;
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await console?.close();
  });

  async function comesIn(device: Device, to: string, language: 'en' | 'de' = 'en'): Promise<Visit> {
    const visit = await browser.visit({ origin, device, language });
    await visit.open(to);
    const words =
      language === 'de' ? (['Kennwort', 'Anmelden'] as const) : (['Password', 'Sign in'] as const);
    await visit.page.getByLabel('Name').fill('pat');
    await visit.page.getByLabel(words[0]).fill(PASSWORD);
    await visit.page.getByRole('button', { name: words[1] }).click();
    await visit.page.waitForURL(`**${to}`);
    return visit;
  }

  async function isWell(visit: Visit, name: string): Promise<void> {
    await screenshot(visit, name);
    expect(await axeSerious(visit)).toEqual([]);
    expect(await fitsWidth(visit)).toBe(true);
  }

  it.each(['desktop', 'phone'] as const)(
    'signs in, makes a user and a token, and signs out on a %s',
    async (device) => {
      const start = await browser.visit({ origin, device });
      await start.open('/account');
      await isWell(start, 'sign-in');
      await start.close();

      const visit = await comesIn(device, '/access');
      const { page } = visit;
      await isWell(visit, 'users');
      const add = page.locator('form[action="/access/users"]');
      const details = page.locator('details', { has: add });
      if ((await details.count()) > 0 && !(await add.isVisible()))
        await details.locator('summary').first().click();
      await add.getByLabel('Name').fill(`ada-${device}`);
      await add.getByLabel('Password').fill(PASSWORD);
      await add.getByLabel('Role').selectOption('viewer');
      await add.getByLabel('Domains').fill('example.com, example.net');
      await add.getByRole('button', { name: 'Add' }).click();
      await page.getByText('Done.').waitFor();
      await page.getByText(`ada-${device}`).first().waitFor();
      await isWell(visit, 'users-added');

      await page.locator('details.menu summary').click();
      await isWell(visit, 'person-menu');
      await page
        .getByRole('link', { name: 'API tokens' })
        .or(page.locator('details.menu a[href="/tokens"]'))
        .first()
        .click();
      const make = page.locator('form[action="/tokens"]');
      await make.getByLabel('Name').fill(`nightly ${device}`);
      await make.getByLabel('Role').selectOption('viewer');
      await make.getByRole('button', { name: 'Make a token' }).click();
      await page.getByText('It is shown this one time', { exact: false }).waitFor();
      const token = /postern_[\w-]{43}/.exec(await page.locator('main').innerText())?.[0] ?? '';
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${origin}/api/v1/tokens`, { headers })).status).toBe(200);
      await isWell(visit, 'token-made');
      await visit.open('/tokens');
      expect(await page.locator('main').innerText()).not.toContain('postern_');
      await isWell(visit, 'tokens');

      await visit.open('/account');
      await isWell(visit, 'account');
      await page.locator('details.menu summary').click();
      await page.getByRole('button', { name: 'Sign out' }).first().click();
      await page.waitForURL('**/sign-in');
      await visit.open('/account');
      expect(new URL(page.url()).pathname).toBe('/sign-in');
      expect([visit.outside, visit.problems]).toEqual([[], []]);
      await visit.close();
    },
    120_000,
  );

  it('says in German on a phone that a password is wrong, and shows what was done', async () => {
    const visit = await browser.visit({ origin, device: 'phone', language: 'de', expects: [/\b401\b/] });
    await visit.open('/sign-in');
    await visit.page.getByLabel('Name').fill('pat');
    await visit.page.getByLabel('Kennwort').fill('not this one');
    await visit.page.getByRole('button', { name: 'Anmelden' }).click();
    await visit.page.getByText('Name oder Kennwort ist falsch.').waitFor();
    await isWell(visit, 'sign-in-wrong');
    await visit.close();
    const inside = await comesIn('phone', '/trail', 'de');
    await isWell(inside, 'trail');
    await inside.close();
  }, 60_000);
});
