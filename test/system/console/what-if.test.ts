import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { type LabConsole, labConsole, PEOPLE } from '../../console/efficacy/lab-console.ts';
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

describeWith(chromiumRequirement, 'what if in Chromium', () => {
  let folder = '';
  let file = '';
  let lab: LabConsole;
  let served: ServedConsole;
  let browser: TestBrowser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'postern-what-if-page-'));
    file = join(folder, 'postern.yaml');
    writeFileSync(file, '# ours\ndetect: {rules: []}\npolicy:\n  default:\n    quarantine: 0.7 # agreed\n');
    lab = await labConsole((config) => ({ ...config, detect: { ...config.detect, rules: [] } }));
    // No gate runs beside: what is written is in force at the next question.
    const config = () => ({ ...lab.config, policy: loadConfig(file, {}).config.policy });
    served = await serveConsole({ ...lab.parts, file, config }, PEOPLE);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await lab?.close();
    rmSync(folder, { recursive: true });
  });

  test.each(['desktop', 'phone'] as const)(
    'the slider moves the list, made so it is written, undone it is as before: %s',
    async (device) => {
      const before = readFileSync(file, 'utf8');
      const visit = await browser.visit({ origin: served.origin, user: 'ada', device });
      const { page } = visit;
      expect(await visit.open('/what-if?days=7')).toBe(200);
      await page.getByText('No verdict would change.').waitFor();
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await page.getByLabel('Hold from, as a slider').fill('0.99');
      await page.getByRole('heading', { name: 'Messages that would move' }).waitFor();
      expect(await page.locator('#field-quarantine').inputValue()).toBe('0.99');
      await page.getByRole('link', { name: 'Parcel fee north' }).first().waitFor();
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'what-if-moved');
      await page.getByLabel('Why').fill('too much is held');
      await page.getByRole('button', { name: 'Make it so' }).click();
      await page.locator('.note.good').waitFor();
      expect(readFileSync(file, 'utf8')).toBe(before.replace('0.7', '0.99'));
      await screenshot(visit, 'what-if-made');
      await page.getByRole('button', { name: 'Undo' }).first().click();
      await page.getByRole('cell', { name: '0.99 → 0.7' }).first().waitFor();
      expect(readFileSync(file, 'utf8')).toBe(before);
      expect([visit.problems, visit.outside]).toEqual([[], []]);
      await visit.close();
    },
    90_000,
  );

  test('of questions asked in haste the newest is answered', async () => {
    // A question that is dropped on the way is no mistake, but htmx says it as one.
    const expects = [/^htmx:afterRequest,/, /^htmx:sendAbort,/];
    const visit = await browser.visit({ origin: served.origin, user: 'ada', expects });
    const { page } = visit;
    await visit.open('/what-if?days=7');
    let asked = 0;
    await page.route('**/what-if/result', async (route) => {
      asked += 1;
      // The first one is on its way until the second one drops it; the others go as fast as they go.
      if (asked > 1) await route.continue();
    });
    const slider = page.getByLabel('Hold from, as a slider');
    for (const value of ['0.99', '0.2', '0.98', '0.3', '0.97']) {
      await slider.fill(value);
      await page.waitForRequest('**/what-if/result');
    }
    await page.getByRole('cell', { name: '0.97', exact: true }).waitFor();
    expect(await page.locator('#result').innerText()).not.toContain('0.3');
    await visit.close();
  });

  test('a rule that could not run is told with its line, one that could is tried', async () => {
    const visit = await browser.visit({ origin: served.origin, user: 'ada', language: 'de' });
    const { page } = visit;
    await visit.open('/what-if?days=7');
    await page.locator('summary', { hasText: 'Eine Regel auf Probe' }).click();
    const rule = (when: string) =>
      `id: parcel\ncategory: scam\nweight: -9\nwhen: ${when}\nwords: A parcel\nfalsePositives: Shops\n`;
    await page.getByLabel('Eine Regel, in YAML').fill(rule('nonsense > 1.0'));
    await page.getByText('rule:4:').waitFor();
    await screenshot(visit, 'what-if-rule-wrong');
    await page.getByLabel('Eine Regel, in YAML').fill(rule('message.subject.contains("Parcel")'));
    await page.getByRole('cell', { name: 'rule:parcel' }).waitFor();
    expect([await axeSerious(visit), visit.problems, visit.outside]).toEqual([[], [], []]);
    await screenshot(visit, 'what-if-rule');
    await visit.close();
  });
});
