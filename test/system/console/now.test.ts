import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NowConsole, nowConsole, PEOPLE } from '../../console/now/now-console.ts';
import { anHour } from '../../console/now/seen.ts';
import { describeWith } from '../../describe-with.ts';
import {
  axeSerious,
  chromiumRequirement,
  fitsWidth,
  openBrowser,
  screenshot,
  type TestBrowser,
} from './browser.ts';
import { type ServedConsole, serveConsole } from './served-console.ts';

describeWith(chromiumRequirement, 'the page Now in Chromium', () => {
  let browser: TestBrowser;
  let full: NowConsole;
  let served: ServedConsole;
  let empty: NowConsole;
  let servedEmpty: ServedConsole;

  beforeAll(async () => {
    browser = await openBrowser();
    full = await nowConsole(anHour());
    served = await serveConsole(full.parts, PEOPLE);
    empty = await nowConsole([], { ok: false, checks: { nextHop: '192.0.2.1:25 does not answer' } });
    servedEmpty = await serveConsole(empty.parts, PEOPLE);
  }, 60_000);

  afterAll(async () => {
    for (const one of [browser, served, servedEmpty, full, empty]) await one?.close();
  });

  it.each([
    ['desktop', false],
    ['phone', false],
    ['desktop', true],
    ['phone', true],
  ] as const)(
    'tells on a %s (dark: %s) what happened, and what is not well',
    async (device, dark) => {
      const visit = await browser.visit({ origin: served.origin, user: 'ada', device, dark });
      expect(await visit.open('/')).toBe(200);
      const { page } = visit;
      await page.getByRole('img', { name: 'Mail per minute' }).waitFor();
      await page.getByText('dnsLists timed out for', { exact: false }).waitFor();
      await screenshot(visit, dark ? 'now-dark' : 'now');
      expect(await axeSerious(visit)).toEqual([]);
      expect(await fitsWidth(visit)).toBe(true);
      expect([visit.outside, visit.problems]).toEqual([[], []]);
      await visit.close();
    },
    60_000,
  );

  it('asks again by itself, without a word of the content security policy', async () => {
    const visit = await browser.visit({ origin: served.origin, user: 'ada' });
    await visit.open('/');
    const again = await visit.page.waitForResponse((response) => response.url().endsWith('/now/live'));
    expect(again.status()).toBe(200);
    expect(visit.problems).toEqual([]);
    await visit.close();
  }, 30_000);

  it('says in German, without mail, what to do next', async () => {
    const visit = await browser.visit({
      origin: servedEmpty.origin,
      user: 'ada',
      language: 'de',
      device: 'phone',
    });
    await visit.open('/');
    await visit.page.getByRole('heading', { name: 'Keine Mail in der letzten Stunde' }).waitFor();
    await visit.page.getByText('Senders keep', { exact: false }).waitFor({ state: 'detached' });
    await screenshot(visit, 'now-empty');
    expect(await axeSerious(visit)).toEqual([]);
    await visit.close();
  }, 30_000);
});
