import { describe, expect, it, vi } from 'vitest';
import { MAX_FORGED_FIELDS } from '../../../src/gate/milter/fields.ts';
import type { Verdict } from '../../../src/policy/verdict.ts';
import type { Said } from './support/fake-mta.ts';
import { startMilterHarness } from './support/harness.ts';

const BOB = 'bob@example.com';
const CY = 'cy@example.com';
const HEADERS = [
  ['From', ' Anna <anna@example.org>'],
  ['Subject', ' hello'],
] as const;
const MESSAGE = 'From: Anna <anna@example.org>\r\nSubject: hello\r\n\r\nhello\r\n';
const INDEX_0 = '\0\0\0\0';

const holdBob = (recipient: string): Verdict => (recipient === BOB ? 'quarantine' : 'accept');
const all = (verdict: Verdict) => () => verdict;
const without = (bit: number) => ({ actions: 0x1ff & ~bit });
const ADD = 1;
const DELETE_RECIPIENT = 8;
const CHANGE = 16;
const QUARANTINE = 32;

const inserted = (verdict: Verdict): Said[] => [
  { code: 'i', data: `${INDEX_0}X-Postern-Reasons\0 none\0` },
  { code: 'i', data: `${INDEX_0}X-Postern-Verdict\0 ${verdict};\n by the test\0` },
];
const ACCEPT = { code: 'a', data: '' };
const DISCARD = { code: 'd', data: '' };

describe('a decision', () => {
  it.each(['accept', 'tag'] as const)(
    '%s: our headers come on top, in their order, and the message stays',
    async (verdict) => {
      const { greeted, results } = await startMilterHarness({ verdict: all(verdict) });
      expect(await (await greeted()).message([BOB], HEADERS, 'hello\r\n')).toEqual([
        ...inserted(verdict),
        ACCEPT,
      ]);
      expect(results).toMatchObject([{ relayed: [BOB], held: [], refused: [] }]);
    },
  );

  it('reject: 550 with the id of the message', async () => {
    const { greeted, refusals, results } = await startMilterHarness({ verdict: all('reject') });
    const [said] = await (await greeted()).message([BOB], HEADERS, 'hello\r\n');
    expect(said?.data).toMatch(/^550 5\.7\.1 Message refused by policy \([0-9A-Z]{23}\)\0$/);
    expect(results).toMatchObject([{ relayed: [], held: [], refused: [BOB], refusal: { reason: 'reject' } }]);
    expect(await refusals('reject')).toBe(1);
  });

  it('M9 defer: 451, never another number', async () => {
    const { greeted, results } = await startMilterHarness({ verdict: all('defer') });
    const [said] = await (await greeted()).message([BOB, CY], HEADERS, 'hello\r\n');
    expect(said).toMatchObject({ code: 'y', data: expect.stringMatching(/^451 4\.7\.1 /) });
    expect(results).toMatchObject([{ refused: [BOB, CY] }]);
  });

  it('quarantine: held by us before the mail server is told to drop it', async () => {
    const { greeted, quarantine, results } = await startMilterHarness({ verdict: all('quarantine') });
    expect(await (await greeted()).message([BOB, CY], HEADERS, 'hello\r\n')).toEqual([DISCARD]);
    expect([...quarantine.held.values()]).toEqual([{ recipients: [BOB, CY], bytes: MESSAGE }]);
    expect(results).toMatchObject([{ relayed: [], held: [BOB, CY], refused: [] }]);
  });

  it('quarantine for some: those are taken off the message as the mail server wrote them, the others get it', async () => {
    const { greeted, quarantine, results } = await startMilterHarness({ verdict: holdBob });
    expect(await (await greeted()).message([BOB, CY], HEADERS, 'hello\r\n')).toEqual([
      ...inserted('accept'),
      { code: '-', data: `<${BOB}>\0` },
      ACCEPT,
    ]);
    expect([...quarantine.held.values()]).toMatchObject([{ recipients: [BOB] }]);
    expect(results).toMatchObject([{ relayed: [CY], held: [BOB], refused: [] }]);
  });

  it('M9 where holding fails, the message stays with the sender', async () => {
    const { greeted, quarantine, results } = await startMilterHarness({ verdict: holdBob });
    quarantine.failure = new Error('disk full');
    expect(await (await greeted()).message([BOB, CY], HEADERS, 'hello\r\n')).toMatchObject([
      { code: 'y', data: expect.stringMatching(/^451 4\.3\.0 /) },
    ]);
    expect(results).toMatchObject([{ relayed: [], held: [], refused: [BOB, CY] }]);
  });

  it.each(['accept', 'quarantine'] as const)(
    '%s is not carried out for a mail server that did not wait for it',
    async (verdict) => {
      const judged = Promise.withResolvers<void>();
      const { greeted, mails, metrics, quarantine, results, spooled } = await startMilterHarness({
        verdict: all(verdict),
        before: () => judged.promise,
        gate: { spoolAboveBytes: 10 },
      });
      const mta = await greeted();
      await mta.envelope('a@example.org', [BOB]);
      mta.headers(HEADERS);
      mta.send('E', 'hello\r\n');
      await vi.waitFor(() => expect(mails).toHaveLength(1));
      expect(await spooled()).toHaveLength(1);
      mta.leave();
      await vi.waitFor(async () => expect((await metrics.connections.get()).values[0]?.value).toBe(0));
      judged.resolve();
      await vi.waitFor(() => expect(results).toMatchObject([{ relayed: [], held: [], refused: [BOB] }]));
      expect(quarantine.held.size).toBe(0);
      await vi.waitFor(async () => expect(await spooled()).toEqual([]));
    },
  );

  it('that was held for a mail server that left meanwhile is taken back', async () => {
    const { greeted, metrics, quarantine, results } = await startMilterHarness({
      verdict: all('quarantine'),
    });
    const mta = await greeted();
    const hold = quarantine.hold.bind(quarantine);
    quarantine.hold = async (...held) => {
      await hold(...held);
      expect(quarantine.held.size).toBe(1);
      mta.leave();
      await vi.waitFor(async () => expect((await metrics.connections.get()).values[0]?.value).toBe(0));
    };
    await mta.message([BOB], HEADERS, 'hello\r\n');
    await vi.waitFor(() => expect(results).toMatchObject([{ held: [], refused: [BOB] }]));
    expect(quarantine.held.size).toBe(0);
  });
});

describe('held by the mail server', () => {
  const milter = { quarantine: 'mta' };

  it('goes to its quarantine with a reason, with our headers for whoever looks at it there', async () => {
    const { greeted, quarantine, results } = await startMilterHarness({ milter, verdict: all('quarantine') });
    const said = await (await greeted()).message([BOB], HEADERS, 'hello\r\n');
    expect(said).toEqual([
      ...inserted('quarantine'),
      { code: 'q', data: expect.stringMatching(/^Postern [0-9A-Z]{23}: spam\0$/) },
      ACCEPT,
    ]);
    expect(quarantine.held.size).toBe(0);
    expect(results).toMatchObject([{ relayed: [], held: [BOB] }]);
  });

  it('is the whole message, as a mail server holds no recipient alone', async () => {
    const { greeted, results } = await startMilterHarness({ milter, verdict: holdBob });
    const said = await (await greeted()).message([BOB, CY], HEADERS, 'hello\r\n');
    expect(said.map(({ code }) => code).join('')).toBe('iiqa');
    expect(results).toMatchObject([{ relayed: [], held: [BOB, CY] }]);
  });

  it('M3 is held by us where the mail server does not grant it', async () => {
    const { greeted, quarantine } = await startMilterHarness({ milter, verdict: all('quarantine') });
    const mta = await greeted(without(QUARANTINE));
    expect(await mta.message([BOB], HEADERS, 'hello\r\n')).toEqual([DISCARD]);
    expect(quarantine.held.size).toBe(1);
  });
});

describe('M3 what is not granted is not used', () => {
  it('headers cannot be added: the mail passes unmarked, and the log says so', async () => {
    const { greeted, warnings } = await startMilterHarness({ verdict: all('tag') });
    expect(await (await greeted(without(ADD))).message([BOB], HEADERS, 'hello\r\n')).toEqual([ACCEPT]);
    expect(warnings.join()).toContain('not marked');
  });

  it('recipients cannot be taken off: the mail is held for all', async () => {
    const { greeted, quarantine, results, warnings } = await startMilterHarness({ verdict: holdBob });
    const mta = await greeted(without(DELETE_RECIPIENT));
    expect(await mta.message([BOB, CY], HEADERS, 'hello\r\n')).toEqual([DISCARD]);
    expect([...quarantine.held.values()]).toMatchObject([{ recipients: [BOB, CY] }]);
    expect(results).toMatchObject([{ relayed: [], held: [BOB, CY] }]);
    expect(warnings.join()).toContain('held for all');
  });

  it('headers cannot be changed: mail with forged ones is deferred, other mail passes', async () => {
    const { greeted, results } = await startMilterHarness();
    const mta = await greeted(without(CHANGE));
    expect(await mta.message([BOB], HEADERS, 'hello\r\n')).toEqual([...inserted('accept'), ACCEPT]);
    const forged = [...HEADERS, ['X-Postern-Verdict', ' accept']] as const;
    expect(await mta.message([BOB], forged, 'hello\r\n')).toMatchObject([
      { code: 'y', data: expect.stringMatching(/^451 4\.3\.5 /) },
    ]);
    expect(results[1]).toMatchObject({ relayed: [], refused: [BOB] });
  });

  it('the subject stays as it is where headers cannot be changed', async () => {
    const { greeted } = await startMilterHarness({ verdict: all('tag'), subjectPrefix: '[odd]' });
    const said = await (await greeted(without(CHANGE))).message([BOB], HEADERS, 'hello\r\n');
    expect(said).toEqual([...inserted('tag'), ACCEPT]);
  });
});

describe('forged headers', () => {
  it('A8 are deleted from the last to the first, counted as the mail server counts them', async () => {
    const { greeted, mails } = await startMilterHarness();
    const fields = [
      ['Authentication-Results', ' other.example; dkim=pass'],
      ['X-Postern-Verdict', ' accept'],
      ['authentication-results', ' (comment) GATE.example; dmarc=pass'],
      ['Subject', ' hello'],
      ['X-POSTERN-VERDICT', ' accept'],
      ['X-Postern-Reasons', ' none'],
      ['Authentication-Results', ' third.example; dkim=pass'],
      ['Authentication-Results', '\n\tgate.example 1; spf=pass'],
    ] as const;
    const said = await (await greeted()).message([BOB], fields, 'hello\r\n');
    expect(said).toEqual([
      { code: 'm', data: '\0\0\0\x04Authentication-Results\0\0' },
      { code: 'm', data: '\0\0\0\x01X-Postern-Reasons\0\0' },
      { code: 'm', data: '\0\0\0\x02X-POSTERN-VERDICT\0\0' },
      { code: 'm', data: '\0\0\0\x02authentication-results\0\0' },
      { code: 'm', data: '\0\0\0\x01X-Postern-Verdict\0\0' },
      ...inserted('accept'),
      ACCEPT,
    ]);
    // Inspection sees the message as it came, as in the SMTP proxy.
    expect(mails[0]?.bytes).toContain('X-Postern-Verdict: accept');
  });

  it('above the limit are a refusal', async () => {
    const { greeted } = await startMilterHarness();
    const mta = await greeted();
    const forged = (count: number) =>
      Array.from({ length: count }, () => ['X-Postern-Verdict', ' a'] as const);
    const said = await mta.message([BOB], forged(MAX_FORGED_FIELDS), '');
    expect(said.filter(({ code }) => code === 'm')).toHaveLength(MAX_FORGED_FIELDS);
    expect(await mta.message([BOB], forged(MAX_FORGED_FIELDS + 1), '')).toMatchObject([
      { code: 'y', data: expect.stringMatching(/^554 5\.6\.0 /) },
    ]);
  });
});

describe('the subject of tagged mail', () => {
  const tagged = { verdict: all('tag'), subjectPrefix: '[odd]' } as const;

  it('gets the prefix, the first one only', async () => {
    const { greeted } = await startMilterHarness(tagged);
    const fields = [
      ['SUBJECT', ' hello\n again'],
      ['Subject', ' second'],
    ] as const;
    const said = await (await greeted()).message([BOB], fields, '');
    expect(said[0]).toEqual({ code: 'm', data: '\0\0\0\x01SUBJECT\0 [odd] hello\n again\0' });
  });

  it('is not made where there is none, and not changed in accepted mail', async () => {
    const { greeted } = await startMilterHarness(tagged);
    const said = await (await greeted()).message([BOB], [['From', ' a@example.org']], '');
    expect(said).toEqual([...inserted('tag'), ACCEPT]);
    const accepting = await startMilterHarness({ ...tagged, verdict: all('accept') });
    const plain = await (await accepting.greeted()).message([BOB], HEADERS, '');
    expect(plain).toEqual([...inserted('accept'), ACCEPT]);
  });
});
