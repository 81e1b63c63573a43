import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { undoConfig } from '../../../src/service/change-config.ts';
import { EXAMPLE_EVIDENCE } from '../../ledger/example-decision.ts';
import { type HeldConsole, heldConsole } from './held-console.ts';

/** What people do to held mail, whichever database has it. */
export function describeActions(url: () => string | null): void {
  let held: HeldConsole;
  beforeAll(async () => {
    held = await heldConsole(url());
  });
  beforeEach(() => held.down(false));
  afterAll(() => held.close());

  test('two analysts at once: one delivery, and the second is told who was first', async () => {
    const id = await held.hold();
    const before = held.hop.messages.length;
    const answers = await Promise.all(
      ['ann', 'bob', 'ann', 'bob'].map((user) => held.post(user, `/held/${id}`, { action: 'release' })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    expect(held.hop.messages.length - before).toBe(1);
    const late = await held.post('bob', `/held/${id}`, { action: 'release' });
    expect(late.status).toBe(409);
    expect(await late.text()).toMatch(/It is not held any more: somebody was quicker\. \((ann|bob)\)/);
    const written = (await held.records()).filter(({ subject }) => subject === `mail:${id}`);
    expect(written).toMatchObject([{ action: 'release', before: 'held' }]);
  });

  test('with the next hop down a message stays held and says why; later it goes', async () => {
    const id = await held.hold();
    held.down(true);
    const failed = await held.post('ann', `/held/${id}`, { action: 'release' }, 'de');
    expect(failed.status).toBe(409);
    expect(await failed.text()).toContain('Sie wurde nicht zugestellt und bleibt gehalten');
    expect((await held.parts.quarantine.get(id))?.state).toBe('held');
    held.down(false);
    const before = held.hop.messages.length;
    expect((await held.post('ann', `/held/${id}`, { action: 'release' })).status).toBe(200);
    expect(held.hop.messages.length - before).toBe(1);
    expect(await held.parts.quarantine.get(id)).toMatchObject({
      state: 'released',
      fates: [{ releasedBy: 'ann' }],
    });
  });

  test('many at once: each has its own result, and one that cannot be released stops no other', async () => {
    const ids = [await held.hold(), await held.hold({ to: ['lou@south.example'] }), await held.hold()];
    const answer = await held.post('ann', '/held', { action: 'release', id: ids, reason: 'asked by phone' });
    expect(await answer.text()).toContain('2 / 3');
    expect(await Promise.all(ids.map(async (id) => (await held.parts.quarantine.get(id))?.state))).toEqual([
      'released',
      'held',
      'released',
    ]);
    const reasons = (await held.records()).filter(({ subject }) => subject === `mail:${ids[0]}`);
    expect(reasons).toMatchObject([{ reason: 'asked by phone', actor: 'ann' }]);
  });

  test('each recipient alone: the others stay held', async () => {
    const id = await held.hold({ to: ['pat@north.example', 'kim@north.example'] });
    await held.post('ann', `/held/${id}`, { action: 'release', recipient: 'kim@north.example' });
    expect((await held.parts.quarantine.get(id))?.fates).toMatchObject([
      { recipient: 'pat@north.example', state: 'held' },
      { recipient: 'kim@north.example', state: 'released' },
    ]);
    expect(held.hop.commands.at(-1)).not.toContain('pat@');
  });

  test('released as wrong it is feedback and a case; a case alone is opened, too', async () => {
    const [wrong, odd] = [await held.hold(), await held.hold()];
    await held.post('ann', `/held/${wrong}`, { action: 'releaseWrong' });
    const opened = await held.post('ann', `/held/${odd}`, { action: 'case', reason: 'a new pattern' });
    expect(opened.status).toBe(303);
    const cases = await held.cases();
    expect(cases.find(({ decisionId }) => decisionId === wrong)).toMatchObject({ is: 'none', actor: 'ann' });
    const made = cases.find(({ decisionId }) => decisionId === odd);
    expect(opened.headers.get('location')).toBe(`/cases/${made?.caseId}`);
    expect((await held.get('ann', `/cases/${made?.caseId}`)).status).toBe(200);
    const words = await held.post('ann', `/held/${odd}`, { action: 'case' }, 'de');
    expect(await words.text()).toContain('Ein Fall braucht einen Grund');
  });

  test('deleted mail is gone, and is written down with who and why', async () => {
    const id = await held.hold();
    await held.post('ann', `/held/${id}`, { action: 'delete', reason: 'known fraud' });
    expect((await held.get('ann', `/held/${id}/raw`)).status).toBe(409);
    expect((await held.records()).at(-1)).toMatchObject({
      action: 'delete',
      actor: 'ann',
      reason: 'known fraud',
    });
  });

  test('block and allow write the configuration, with records that can be undone', async () => {
    const vouched = {
      ...EXAMPLE_EVIDENCE,
      authentication: { status: 'ok', facts: { authenticatedDomain: 'shop.example' } },
    } as unknown as typeof EXAMPLE_EVIDENCE;
    const [unknown, known] = [await held.hold(), await held.hold({ changes: { evidence: vouched } })];
    const policy = () => loadConfig(held.path, {}).config.policy;
    await held.post('ada', `/held/${unknown}`, { action: 'block', reason: 'scam' });
    expect(policy().block).toContain('orla@shop.example');
    const nobody = await held.post('ada', `/held/${unknown}`, { action: 'allow' });
    expect(await nobody.text()).toContain('Nobody vouches for this sender');
    await held.post('ada', `/held/${known}`, { action: 'allow' });
    expect(policy().allow).toEqual(['shop.example']);
    const record = (await held.records()).find(({ subject }) => subject === 'config:policy.block');
    expect(record).toMatchObject({ action: 'configure', actor: 'ada', reason: `mail:${unknown}: scam` });
    await undoConfig(record?.id ?? '', held.stores.directory, {
      file: held.path,
      ledger: held.parts.ledger,
      actor: 'ada',
      reason: '',
      at: new Date(),
    });
    expect(policy().block).toEqual([]);
    expect((await held.post('bob', `/held/${unknown}`, { action: 'block' })).status).toBe(403);
  });
}
