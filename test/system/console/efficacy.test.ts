import { afterAll, beforeAll, expect, test } from 'vitest';
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

describeWith(chromiumRequirement, 'efficacy in Chromium', () => {
  let lab: LabConsole;
  let served: ServedConsole;
  let browser: TestBrowser;
  beforeAll(async () => {
    lab = await labConsole();
    served = await serveConsole(lab.parts, PEOPLE);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    await lab.close();
  });

  test.each(['desktop', 'phone'] as const)(
    'figures are read, an error is opened, and a case about it is closed: %s',
    async (device) => {
      const visit = await browser.visit({ origin: served.origin, user: 'ada', device });
      expect(await visit.open('/efficacy')).toBe(200);
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'efficacy');
      await visit.page.getByRole('link', { name: 'New bank account north' }).first().click();
      expect(await axeSerious(visit)).toEqual([]);
      await screenshot(visit, 'decision');
      await visit.page.locator('details.more summary', { hasText: 'Open a case' }).click();
      await visit.page.getByLabel('Reason').fill('a new account, and nobody noticed');
      await visit.page.getByRole('button', { name: 'Open a case' }).click();
      await visit.page.getByLabel('Reason').fill('the next rule finds it');
      await visit.page.getByRole('button', { name: 'Close the case' }).click();
      await visit.page.getByRole('button', { name: 'Open the case again' }).waitFor();
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'case');
      expect([visit.problems, visit.outside]).toEqual([[], []]);
      await visit.close();
    },
  );
});
