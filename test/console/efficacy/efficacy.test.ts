import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleApp } from '../../../src/console/app.ts';
import { readLedger } from '../../../src/ledger/reader.ts';
import { type DecisionRecord, feedbackRecord } from '../../../src/ledger/record.ts';
import { decisionAt, writeLedger } from '../../lab/health/invented-ledger.ts';
import { accessFor, cookieHeader, TEST_FORM_TOKEN } from '../../system/console/served-console.ts';
import { type LabConsole, labConsole, PEOPLE } from './lab-console.ts';

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

async function text(user: string, path: string): Promise<string> {
  const answer = await get(user, path);
  expect(answer.status, path).toBe(200);
  return answer.text();
}

interface Answered {
  readonly totals: Record<string, unknown>;
  readonly byDomain: readonly Record<string, unknown>[];
  readonly byCategory: readonly Record<string, unknown>[];
  readonly byDetector: readonly Record<string, unknown>[];
  readonly byDay: readonly { readonly messages: number }[];
}

async function report(user: string, query = ''): Promise<Answered> {
  const answer = await get(user, `/api/v1/efficacy?days=30${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answered;
}

function post(user: string, path: string, fields: Record<string, string>) {
  return app.request(path, {
    method: 'POST',
    headers: { cookie: cookieHeader(user), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: TEST_FORM_TOKEN, ...fields }).toString(),
  });
}

function idOf(subject: string): string {
  return lab.decisions.find((one) => one.subject === subject)?.id ?? '';
}

describe('efficacy', () => {
  test('counts what was caught, wrong and missed, with intervals of Wilson', async () => {
    const { totals, byCategory, byDay } = await report('ada');
    expect(totals).toMatchObject({ messages: 42, labelled: 30, caught: 12, missed: 12, wrong: 6 });
    // By hand: 12 of 24, z = 1.96.
    expect(totals.caughtShare).toMatchObject({
      value: 0.5,
      low: expect.closeTo(0.3143, 3),
      high: expect.closeTo(0.6857, 3),
    });
    expect(byCategory.find(({ category }) => category === 'scam')).toMatchObject({
      caught: 6,
      missed: 0,
      wrong: 6,
    });
    expect(byCategory.find(({ category }) => category === 'bec')).toMatchObject({ caught: 0, missed: 6 });
    expect(byDay.reduce((sum, { messages }) => sum + messages, 0)).toBe(42);
  });

  test('C9 a person of one domain sees its mail alone in every count', async () => {
    const { totals, byDomain, byDetector } = await report('ann');
    expect(totals).toMatchObject({ messages: 30, labelled: 18, caught: 6, missed: 6, wrong: 6 });
    expect(byDomain.map(({ domain }) => domain)).toEqual(['north.example']);
    expect(byDetector).toMatchObject([{ detector: 'rule:scam_false_authority', hits: 18, labelled: 12 }]);
    const page = await text('ann', '/efficacy');
    expect(page).not.toContain('south');
  });

  test('C9 a domain of others is answered like one that does not exist', async () => {
    const answers = await Promise.all(
      ['south.example', 'nowhere.example'].map((domain) => get('ann', `/efficacy?domain=${domain}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    const [one, other] = await Promise.all(answers.map((answer) => answer.text()));
    expect(one).toBe(other);
  });

  test('the domain filter counts that domain alone', async () => {
    expect((await report('ada', '&domain=South.Example')).totals).toMatchObject({ messages: 18, missed: 6 });
  });

  test('more days than a page asks for are refused', async () => {
    expect((await get('ada', '/efficacy?days=90')).status).toBe(200);
    expect((await get('ada', '/efficacy?days=91')).status).toBe(400);
  });

  test('the page says that only feedback tells, how many were labelled, and which interval', async () => {
    const page = await text('ada', '/efficacy');
    expect(page).toContain('Only what people say tells wrong and missed');
    expect(page).toContain('Wilson');
    expect(page).toContain('30');
    expect(page).not.toContain('style=');
  });

  test('errors are listed, page by page, each with its decision', async () => {
    const wrong = await text('ada', '/efficacy/wrong?days=30');
    expect(wrong.match(/Your order north/g)).toHaveLength(6);
    expect(wrong).toContain(`/decisions/${idOf('Your order north')}`);
    const missed = await text('ada', '/efficacy/missed?days=30&category=spam');
    expect(missed).toContain('You have won south');
    expect(missed).not.toContain('New bank account');
  });

  test('C9 errors of others are not listed', async () => {
    const missed = await text('ann', '/efficacy/missed?days=30');
    expect(missed).toContain('New bank account north');
    expect(missed).not.toContain('You have won south');
  });

  test('a recipient has no part of it', async () => {
    expect((await get('rae', '/efficacy')).status).toBe(403);
    expect((await get('rae', '/api/v1/efficacy')).status).toBe(403);
  });

  test('in German', async () => {
    const answer = await app.request('/efficacy', {
      headers: { cookie: cookieHeader('ada'), 'accept-language': 'de' },
    });
    expect(await answer.text()).toContain('Wirksamkeit');
  });
});

describe('a decision', () => {
  test('is explained from the ledger when its mail is gone', async () => {
    const page = await text('ada', `/decisions/${idOf('Parcel fee north')}`);
    expect(page).toContain('rule:scam_false_authority');
    expect(page).toContain('by robin');
  });

  test('C9 shows no recipients, fates or verdict of others', async () => {
    const id = idOf('To both');
    const page = await text('vic', `/decisions/${id}`);
    expect(page).toContain('lou@south.example');
    expect(page).not.toContain('north.example');
    const { decision } = (await (await get('vic', `/api/v1/decisions/${id}`)).json()) as {
      decision: { verdict: string };
    };
    expect(decision.verdict).toBe('tag');
    expect((await get('vic', `/decisions/${idOf('Lunch north')}`)).status).toBe(404);
  });

  test('C9 of mail to two domains nothing that we say names the other one, on the page and over HTTP', async () => {
    const shared = decisionAt(new Date('2026-02-01T10:00:00Z'), []);
    const record = {
      ...shared,
      envelope: { ...shared.envelope, rcptTo: ['pat@north.example', 'lou@south.example'] },
      fates: [
        { verdict: 'quarantine', recipients: ['pat@north.example'], policy: 'default' },
        { verdict: 'tag', recipients: ['lou@south.example'], policy: 'default' },
      ],
      findings: [
        {
          detector: 'rule:scam_false_authority',
          category: 'scam',
          weight: 1,
          status: 'active',
          words: 'It knows pat@north.example by name',
        },
      ],
      reasons: ['It knows pat@north.example by name'],
      reputationKeys: ['pair:a@sender.example>pat@north.example'],
    } as unknown as DecisionRecord;
    const said = feedbackRecord(record, {
      is: 'scam',
      actor: 'pat@north.example',
      at: new Date('2026-02-01T11:00:00Z'),
    });
    writeLedger(lab.config.ledger.directory, [record, said]);
    for (const path of [`/decisions/${record.id}`, `/api/v1/decisions/${record.id}`]) {
      const seen = await text('vic', path);
      expect(seen, path).toContain('lou@south.example');
      expect(seen, path).not.toContain('north.example');
      const whole = await text('ada', path);
      expect(whole.match(/pat@north\.example/g)?.length, path).toBeGreaterThanOrEqual(3);
    }
  });

  test('C3 an id that is none reads nothing', async () => {
    expect((await get('ada', '/decisions/..%2f..%2fetc')).status).toBe(404);
  });
});

describe('cases', () => {
  const decision = () => idOf('You have won south');

  test('are opened, closed and opened again with a reason, each in the audit trail', async () => {
    const opened = await post('ada', '/cases', { decision: decision(), is: 'spam', reason: 'look at it' });
    expect(opened.status).toBe(303);
    const path = opened.headers.get('location') ?? '';
    expect(await text('ada', path)).toContain('You have won south');
    expect((await post('ada', `${path}/close`, { reason: ' ' })).status).toBe(400);
    expect((await post('ada', `${path}/close`, { reason: 'rule lottery' })).status).toBe(303);
    expect((await post('ada', `${path}/close`, { reason: 'again' })).status).toBe(409);
    expect(await text('ada', '/cases')).not.toContain(path);
    expect(await text('ada', '/cases?state=closed')).toContain(path);
    expect((await post('ada', `${path}/reopen`, { reason: 'it came back' })).status).toBe(303);
    const trail = await Array.fromAsync(readLedger(lab.config.ledger.directory, { kind: 'audit' }));
    expect(trail.map(({ actor, action, after, reason }) => [actor, action, after, reason])).toEqual([
      ['ada', 'case_open', 'found', 'look at it'],
      ['ada', 'case_close', 'closed', 'rule lottery'],
      ['ada', 'case_reopen', 'found', 'it came back'],
    ]);
    // C9: neither listed, nor shown, nor closed by somebody of another domain.
    expect(await text('ann', '/cases')).not.toContain(path);
    expect((await get('ann', path)).status).toBe(404);
    expect((await post('ann', `${path}/close`, { reason: 'mine now' })).status).toBe(404);
    expect(await text('vic', path)).toContain('You have won south');
    expect(await text('vic', '/cases')).toContain(path);
  });

  test('are not opened by a viewer, nor about mail of others', async () => {
    const fields = { decision: decision(), is: 'spam', reason: 'look' };
    expect((await post('vic', '/cases', fields)).status).toBe(403);
    expect((await post('ann', '/cases', fields)).status).toBe(404);
  });

  test('are not opened without the form token', async () => {
    expect(
      (await post('ada', '/cases', { token: 'other', decision: decision(), is: 'spam', reason: 'x' })).status,
    ).toBe(403);
  });
});
