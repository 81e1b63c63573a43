import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HeldConsole, heldConsole, PEOPLE } from '../../console/held/held-console.ts';
import { describeWith } from '../../describe-with.ts';
import {
  axeSerious,
  chromiumRequirement,
  fitsWidth,
  openBrowser,
  screenshot,
  type TestBrowser,
  type Visit,
} from './browser.ts';
import { type ServedConsole, serveConsole } from './served-console.ts';

const LONG = 'Überweisungsgenehmigungsverfahren'.repeat(40);

/** Everything that would run, load or lead somewhere, at a listener that must hear nothing. */
function nastyMail(url: string): string {
  const html = `<script>alert('body')</script><img src="${url}/img" onerror="alert('img')"><svg onload="alert('svg')"><image href="${url}/svg"/></svg>
<meta http-equiv="refresh" content="0;url=${url}/meta"><base href="${url}/"><link rel="stylesheet" href="${url}/css"><style>@import "${url}/import";</style>
<p style="position:fixed;inset:0;background:url(${url}/bg)">readable text {{7*7}} \${7*7} <%= 7*7 %></p><form action="${url}/form"><input name="a" autofocus onfocus="alert('focus')"></form>
<iframe src="${url}/frame" srcdoc="<script>parent.alert('frame')</script>"></iframe><video src="${url}/video" autoplay></video><a href="${url}/link" ping="${url}/ping">go</a><p>${LONG}</p>`;
  return [
    'From: "<script>alert(1)</script>" <a@evil.example>',
    `Subject: <script>alert('subject')</script>\u202e{{constructor}}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    '--b',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename="<img src=x onerror=alert(2)>../../etc/passwd.pdf"',
    '',
    '%PDF-1.4',
    '--b--',
  ].join('\r\n');
}

describeWith(chromiumRequirement, 'held mail in Chromium', () => {
  let held: HeldConsole;
  let served: ServedConsole;
  let browser: TestBrowser;
  let nasty: string;
  let heard = 0;
  const listener = net.createServer((socket) => {
    heard += 1;
    socket.destroy();
  });
  beforeAll(async () => {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    held = await heldConsole();
    served = await serveConsole(held.parts, PEOPLE);
    browser = await openBrowser();
    const subject = `<script>alert('subject')</script>\u202etxt.exe {{7*7}} ${'x'.repeat(10_000)}`;
    const url = `http://127.0.0.1:${(listener.address() as net.AddressInfo).port}`;
    nasty = await held.hold({
      raw: nastyMail(url),
      changes: {
        subject,
        from: `"<img src=x onerror=alert(3)>" <a@${'long'.repeat(60)}.example>`,
        reasons: [`<svg onload=alert(4)> ${LONG}`, `link to ${url}/reason`],
      },
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await served.close();
    await held.close();
    await new Promise((resolve) => listener.close(resolve));
  });

  async function holdLetters(device: string, count: number): Promise<void> {
    for (let i = 1; i <= count; i += 1)
      await held.hold({
        changes: { subject: `Parcel ${i} for the ${device}`, from: 'Orla <orla@shop.example>' },
      });
  }

  async function isWell(visit: Visit): Promise<void> {
    expect(await axeSerious(visit)).toEqual([]);
    expect(await fitsWidth(visit)).toBe(true);
  }

  test.each(['desktop', 'phone'] as const)(
    'C1 nothing of a hostile message runs, loads or breaks the page: %s',
    async (device) => {
      const visit = await browser.visit({ origin: served.origin, user: 'ada', device });
      const dialogs: string[] = [];
      visit.page.on('dialog', (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      expect(await visit.open('/held')).toBe(200);
      await isWell(visit);
      expect(await visit.open(`/held/${nasty}`)).toBe(200);
      const frame = visit.page.frameLocator('iframe.safe-view');
      await frame.getByText('readable text {{7*7}}').waitFor();
      expect(await frame.locator('script,img,svg,a,form,iframe,style,base,meta[http-equiv]').count()).toBe(0);
      for (const summary of await visit.page.locator('main details.more > summary').all())
        await summary.click();
      await isWell(visit);
      await screenshot(visit, 'held-hostile');
      expect(await visit.page.locator('main script, main img').count()).toBe(0);
      expect([dialogs, visit.outside, visit.problems, heard]).toEqual([[], [], [], 0]);
      await visit.close();
    },
    60_000,
  );

  test.each(['desktop', 'phone'] as const)(
    'mail is filtered, sought, opened and released: %s',
    async (device) => {
      await holdLetters(device, 2);
      const visit = await browser.visit({ origin: served.origin, user: 'ada', device });
      const { page } = visit;
      await visit.open('/held');
      await screenshot(visit, 'held');
      await page.getByLabel('Search').fill(`parcel 1 ${device}`);
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: `Parcel 2 for the ${device}` }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: `Parcel 1 for the ${device}` }).click();
      await page.getByRole('heading', { name: 'Why it was held' }).waitFor();
      await isWell(visit);
      await screenshot(visit, 'held-message');
      const before = held.hop.messages.length;
      await page.getByRole('button', { name: 'Release', exact: true }).click();
      await page.getByRole('heading', { name: 'What was done' }).waitFor();
      expect(held.hop.messages.length - before).toBe(1);
      await isWell(visit);
      expect([visit.problems, visit.outside]).toEqual([[], []]);
      await visit.close();
    },
    60_000,
  );

  test('many are released by keys alone: j, x, r', async () => {
    await holdLetters('keys', 3);
    const visit = await browser.visit({ origin: served.origin, user: 'bob' });
    const { page } = visit;
    await visit.open('/held?text=keys');
    const before = held.hop.messages.length;
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    await screenshot(visit, 'held-selected');
    await page.keyboard.press('r');
    await page.getByText('2 / 2').waitFor();
    expect(held.hop.messages.length - before).toBe(2);
    expect(visit.problems).toEqual([]);
    await visit.close();
  }, 30_000);
});
