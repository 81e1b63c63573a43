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

describeWith(chromiumRequirement, 'detectors in Chromium', () => {
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
    'a rule is found, put in shadow, and brought back: %s',
    async (device) => {
      const visit = await browser.visit({ origin: served.origin, user: 'ada', device });
      expect(await visit.open('/detectors')).toBe(200);
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'detectors');
      await visit.page.getByRole('link', { name: 'scam_false_authority', exact: true }).click();
      await visit.page.getByLabel('Reason').fill('too many wrong');
      await visit.page.getByRole('button', { name: 'Change' }).click();
      await visit.page.getByText('too many wrong').waitFor();
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'detector');
      await visit.page.locator('#back-reason').fill('it was right');
      await visit.page.getByRole('button', { name: 'Take the last change back' }).click();
      await visit.page.getByText('nobody has changed it').waitFor();
      expect(await visit.open('/features/links_shorteners')).toBe(200);
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'feature');
      expect([visit.problems, visit.outside]).toEqual([[], []]);
      await visit.close();
    },
  );
});
