import { expect, test } from 'vitest';
import { planOf } from '../../src/gate/deliver.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { startHarness, withoutOurs } from './support/harness.ts';

const MESSAGE = 'Subject: hello\r\n\r\nhello\r\n';
const BOB = 'bob@example.com';
const CY = 'cy@example.com';

const plan = (...verdicts: readonly Verdict[]) =>
  planOf(
    verdicts.map((verdict, index) => ({ verdict, recipients: [`r${index}`], policy: 'test' })),
    verdicts.map((_, index) => `r${index}`),
  );

test('each recipient gets their own fate', () => {
  expect(plan('accept', 'quarantine', 'tag')).toEqual({
    kind: 'deliver',
    hold: ['r1'],
    relay: ['r0', 'r2'],
    verdict: 'tag',
  });
  expect(plan('accept')).toMatchObject({ hold: [], relay: ['r0'], verdict: 'accept' });
});

test('one deferral defers for all, even beside a rejection', () => {
  expect(plan('accept', 'defer', 'reject')).toEqual({ kind: 'refuse', verdict: 'defer' });
});

test('a rejection of some is a quarantine for those', () => {
  expect(plan('reject', 'reject')).toEqual({ kind: 'refuse', verdict: 'reject' });
  expect(plan('reject', 'accept')).toMatchObject({ hold: ['r0'], relay: ['r1'] });
  expect(plan('reject', 'quarantine')).toMatchObject({ hold: ['r0', 'r1'], relay: [] });
});

test('a recipient without a fate is an error', () => {
  expect(() => planOf([], ['r0'])).toThrow();
});

const holdBob = (recipient: string): Verdict => (recipient === BOB ? 'quarantine' : 'accept');

test('where fates differ, both happen, and the outcome says for whom', async () => {
  const { hello, hop, quarantine, results } = await startHarness({ verdict: holdBob });
  expect(await (await hello()).send('a@example.org', [BOB, CY], MESSAGE)).toBe('250 2.0.0 taken');
  expect([...quarantine.held.values()]).toEqual([{ recipients: [BOB], bytes: MESSAGE }]);
  expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE]);
  expect(results).toMatchObject([{ relayed: [CY], held: [BOB], refused: [], refusal: null }]);
});

test('where the next hop refuses what was to be relayed, nothing stays held: the sender comes again with all', async () => {
  const answer = (command: string) => (command === '.' ? '451 4.3.0 later' : undefined);
  const { hello, quarantine, results } = await startHarness({
    verdict: holdBob,
    hop: { offers: [], answer },
  });
  expect(await (await hello()).send('a@example.org', [BOB, CY], MESSAGE)).toBe('451 4.3.0 later');
  expect(quarantine.held.size).toBe(0);
  expect(results).toMatchObject([{ relayed: [], held: [], refused: [BOB, CY] }]);
});

test.each(['MAIL FROM:<a@example.org>', 'RCPT TO:<cy@example.com>', 'RSET'])(
  'where the next hop thinks otherwise of %j the second time, the message is not lost',
  async (command) => {
    const heard: string[] = [];
    const answer = (said: string) => {
      heard.push(said);
      const times = heard.filter((other) => other === said).length;
      return said === command && times === (said === 'RSET' ? 1 : 2) ? '451 4.3.0 not now' : undefined;
    };
    const harness = await startHarness({ verdict: holdBob, hop: { offers: ['PIPELINING'], answer } });
    const told = await (await harness.hello()).send('a@example.org', [BOB, CY], MESSAGE);
    // A refused RSET is no reason to fail: another connection has no transaction to forget.
    expect(told).toBe(command === 'RSET' ? '250 2.0.0 taken' : '451 4.3.0 not now');
    expect(harness.quarantine.held.size).toBe(command === 'RSET' ? 1 : 0);
    expect(harness.hop.messages).toHaveLength(command === 'RSET' ? 1 : 0);
  },
);

test('where holding fails, nothing is relayed, and the sender comes again', async () => {
  const { hello, hop, quarantine, results } = await startHarness({ verdict: holdBob });
  quarantine.failure = new Error('disk full');
  expect(await (await hello()).send('a@example.org', [BOB, CY], MESSAGE)).toMatch(/^451 4\.3\.0 /);
  expect(hop.messages).toEqual([]);
  expect(results).toMatchObject([
    { relayed: [], held: [], refused: [BOB, CY], refusal: { reason: 'internal' } },
  ]);
});

test('our headers tell recipients of an accepted copy that it was accepted', async () => {
  const { hello, hop } = await startHarness({ verdict: holdBob });
  await (await hello()).send('a@example.org', [BOB, CY], MESSAGE);
  expect(hop.messages[0]).toContain('X-Postern-Verdict: accept; by the test\r\n');
});

test('the subject prefix is for tagged mail', async () => {
  const verdict = (recipient: string): Verdict => (recipient === BOB ? 'tag' : 'accept');
  const { hello, hop } = await startHarness({ verdict, subjectPrefix: '[odd]' });
  await (await hello()).send('a@example.org', [BOB], MESSAGE);
  await (await hello()).send('a@example.org', [CY], MESSAGE);
  expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE.replace('hello', '[odd] hello'), MESSAGE]);
});
