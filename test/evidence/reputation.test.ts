import { describe, expect, it } from 'vitest';
import { EvidenceFailure } from '../../src/evidence/evidence.ts';
import { networkOf } from '../../src/evidence/names/network.ts';
import { keysOf } from '../../src/reputation/learn.ts';
import type { Reputation, ReputationKey, Standing } from '../../src/reputation/reputation.ts';
import { evidenceOf, factsFrom, messageOf } from './message-factory.ts';

const DAY = 86_400_000;
const AT = new Date('2026-03-02T00:00:00Z');

const standing = (changes: Partial<Standing>): Standing => ({
  firstSeen: AT.getTime() - 10 * DAY,
  lastSeen: AT.getTime() - DAY,
  messages: 4,
  held: 0,
  refused: 0,
  reportedBad: 0,
  reportedGood: 0,
  outbound: 0,
  recent: 0,
  ...changes,
});

/** A memory of what the test says; keeps what it was asked. */
function memoryOf(known: Readonly<Record<string, Standing>>, asked: ReputationKey[] = []): Reputation {
  return {
    lookup: async (keys) => {
      asked.push(...keys);
      return new Map(keys.flatMap((key) => (known[key] === undefined ? [] : [[key, known[key]] as const])));
    },
    observe: () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
  };
}

const ask = (known: Readonly<Record<string, Standing>>, authenticatedDomain = '') =>
  factsFrom(
    'reputation',
    {},
    {
      mail: { receivedAt: AT },
      authentication: { authenticatedDomain },
      options: { reputation: memoryOf(known) },
    },
  );

describe('reputation', () => {
  it('knows nobody without a memory', async () => {
    const facts = await factsFrom('reputation', {});
    expect(facts).toMatchObject({ remembers: false, authenticatedDomain: null });
    expect(facts.domain).toEqual({ messages: 0, badShare: 0, ageDays: 0, known: false });
  });

  it('says how long and how well a sender is known', async () => {
    const facts = await ask({ 'domain:alder.example': standing({ held: 1 }) });
    expect(facts.domain).toEqual({ messages: 4, badShare: 0.25, ageDays: 10, known: true });
    expect(facts.address).toEqual({ messages: 0, badShare: 0, ageDays: 0, known: false });
    expect(facts.remembers).toBe(true);
  });

  it('gives the trust of a domain only to who is vouched for', async () => {
    const known = { 'authdomain:alder.example': standing({}), 'domain:alder.example': standing({}) };
    expect((await ask(known)).authenticatedDomain).toBe(null);
    expect((await ask(known, 'alder.example')).authenticatedDomain).toMatchObject({
      known: true,
      messages: 4,
    });
    expect((await ask({}, 'alder.example')).authenticatedDomain).toMatchObject({ known: false });
  });

  it('takes a bad one away for each report of good, and never counts more bad than all', async () => {
    const share = async (changes: Partial<Standing>) =>
      (await ask({ 'domain:alder.example': standing(changes) })).domain.badShare;
    expect(await share({ held: 2, refused: 1, reportedGood: 1 })).toBe(0.5);
    expect(await share({ held: 1, reportedGood: 5 })).toBe(0);
    expect(await share({ held: 4, reportedBad: 4 })).toBe(1);
    expect(await share({ messages: 0 })).toBe(0);
  });

  it('has no network where the client is unknown', async () => {
    const facts = await factsFrom('reputation', {}, { mail: { envelope: { clientIp: null } } });
    expect(facts.network).toBe(null);
  });

  it('is a failed outcome where the memory is gone', async () => {
    const reputation: Reputation = {
      ...memoryOf({}),
      lookup: () => Promise.reject(new EvidenceFailure('unavailable', 'no file')),
    };
    const evidence = await evidenceOf({}, { options: { reputation } });
    expect(evidence.reputation).toEqual({
      status: 'failed',
      reason: 'unavailable',
      detail: 'no file',
      outcome: 'open',
    });
  });

  it('asks once for all keys of a message, and learns of a stranger only what can be claimed', async () => {
    let questions = 0;
    const asked: ReputationKey[] = [];
    const memory = memoryOf({}, asked);
    const reputation: Reputation = {
      ...memory,
      lookup: (keys, at) => {
        questions += 1;
        return memory.lookup(keys, at);
      },
    };
    const stranger = await evidenceOf(messageOf(), { options: { reputation } });
    expect(questions).toBe(1);
    expect(keysOf({ evidence: stranger })).toEqual([
      'domain:alder.example',
      'address:ines@alder.example',
      'network:192.0.2.0/24',
      'helo:alder.example',
    ]);
    const vouched = await evidenceOf(messageOf(), {
      authentication: { authenticatedDomain: 'alder.example' },
    });
    expect(keysOf({ evidence: vouched })).toContain('authaddress:ines@alder.example');
  });
});

describe('networks', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2::3', '2001:db8:1::/48'],
    ['not an address', ''],
    ['', ''],
  ])('of %j is %j', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
