import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleApp } from '../../../src/console/app.ts';
import { distributionOf } from '../../../src/console/detectors/features.ts';
import { readExperiments } from '../../../src/detect/experiments/file.ts';
import { readLedger } from '../../../src/ledger/reader.ts';
import { accessFor, cookieHeader, TEST_FORM_TOKEN } from '../../system/console/served-console.ts';
import { type LabConsole, labConsole, PEOPLE } from '../efficacy/lab-console.ts';

const RULE = 'rule:scam_false_authority';
let lab: LabConsole;
let app: ReturnType<typeof consoleApp>;
beforeAll(async () => {
  lab = await labConsole();
  app = consoleApp(lab.parts, accessFor(PEOPLE));
});
afterAll(() => lab.close());

function get(user: string, path: string) {
  return app.request(path, { headers: { cookie: cookieHeader(user) } });
}

async function page(user: string, path: string): Promise<string> {
  const answer = await get(user, path);
  expect(answer.status, path).toBe(200);
  return answer.text();
}

function post(user: string, path: string, fields: Record<string, string>) {
  return app.request(path, {
    method: 'POST',
    headers: { cookie: cookieHeader(user), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: TEST_FORM_TOKEN, ...fields }).toString(),
  });
}

async function figures(user: string) {
  const answer = (await (await get(user, '/api/v1/detectors')).json()) as {
    figures: { byDetector: Record<string, { hits: number[]; labelled: number; precision: unknown }> };
  };
  const of = answer.figures.byDetector[RULE];
  return { hits: of?.hits.reduce((sum, one) => sum + one, 0), labelled: of?.labelled };
}

describe('detectors', () => {
  test('C9 hits and labels are those of the mail in scope', async () => {
    expect(await figures('ada')).toEqual({ hits: 24, labelled: 18 });
    expect(await figures('ann')).toEqual({ hits: 18, labelled: 12 });
    expect(await figures('vic')).toEqual({ hits: 12, labelled: 6 });
  });

  test('every rule of the configuration is listed with its page', async () => {
    const list = await page('ada', '/detectors');
    expect(list.includes(`/detectors/${encodeURIComponent(RULE)}`)).toBe(true);
    expect(list.includes('style=')).toBe(false);
    const one = await page('ann', `/detectors/${encodeURIComponent(RULE)}`);
    expect(one).toContain('Parcel fee north');
    expect(one).not.toContain('Invoice south');
    expect(one).toContain('match-');
    expect((await get('ada', '/detectors/rule:none')).status).toBe(404);
    expect((await get('rae', '/detectors')).status).toBe(403);
  });

  test('an administrator of all domains changes a status, with a record, and takes it back', async () => {
    const path = `/detectors/${encodeURIComponent(RULE)}`;
    const fields = { to: 'canary', share: '7', reason: 'trial' };
    for (const other of ['una', 'ann', 'vic'])
      expect((await post(other, `${path}/status`, fields)).status).toBe(403);
    expect((await post('ada', `${path}/status`, { ...fields, reason: '' })).status).toBe(400);
    expect((await post('ada', `${path}/status`, fields)).status).toBe(303);
    const { experiments } = lab.config.detect;
    expect(readExperiments(experiments).statuses).toEqual({ [RULE]: 'canary: 7%' });
    expect(await page('ada', path)).toContain('trial');
    expect((await post('ada', `${path}/back`, { reason: 'enough' })).status).toBe(303);
    expect(readExperiments(experiments).statuses).toEqual({});
    expect((await post('ada', `${path}/back`, { reason: 'more' })).status).toBe(409);
    const trail = await Array.fromAsync(readLedger(lab.config.ledger.directory, { kind: 'audit' }));
    expect(trail.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['ada', 'promote', RULE],
      ['ada', 'rollback', RULE],
    ]);
  });
});

describe('features', () => {
  test('are listed by group, each with its meaning, what uses it, and its values', async () => {
    expect(await page('vic', '/features')).toContain('links_shorteners');
    const one = await page('vic', '/features/links_shorteners');
    expect(one).toContain('links.shorteners');
    expect((await get('ada', '/features/none')).status).toBe(404);
    const answer = (await (await get('vic', '/api/v1/features/links_shorteners')).json()) as {
      distribution: { messages: number };
    };
    expect(answer.distribution.messages).toBe(18);
  });

  test('values are binned from the least to the greatest, missing ones apart', () => {
    const { bins, missing, messages } = distributionOf([
      { value: null, messages: 3 },
      { value: 0, messages: 2 },
      { value: 12, messages: 1 },
    ]);
    expect([messages, missing, bins.length]).toEqual([6, 3, 12]);
    expect([bins[0]?.messages, bins.at(-1)?.messages]).toEqual([2, 1]);
    expect(distributionOf([{ value: 4, messages: 2 }]).bins).toEqual([{ from: 4, to: 4, messages: 2 }]);
  });
});
