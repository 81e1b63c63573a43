import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Decision } from '../../src/decision.ts';
import { inspect } from '../../src/inspect.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { CLEAN_WIRE, type Mail, type RecordedAuthentication } from '../../src/mail/mail.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { observationOf } from '../../src/reputation/learn.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import type { Reputation } from '../../src/reputation/reputation.ts';
import { type OpenInstruments, openInstruments } from '../../src/service/instruments.ts';
import { type Case, readCases } from '../cases/cases.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
const DAY = 86_400_000;
const HARMLESS = 1_000;
const ATTACKS = readCases().filter(({ sidecar }) => sidecar.expect.unwanted);

/** What a receiver found of a sender that nobody vouches for, and of one whose own domain does. */
type Vouching = 'nobody' | 'own domain';

function found(from: string, vouching: Vouching): RecordedAuthentication {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  if (vouching === 'own domain') {
    return {
      spf: { result: 'pass', domain },
      dkim: [{ result: 'pass', domain }],
      dmarc: { result: 'pass', policy: 'none' },
    };
  }
  return { spf: { result: 'fail', domain }, dkim: [], dmarc: { result: 'none', policy: null } };
}

function author({ raw }: Case): string {
  const field = /^From:(.*(?:\r\n[ \t].*)*)/im.exec(raw.toString('latin1'))?.[1] ?? '';
  return /([^\s<>"]+@[^\s<>"]+?)>?\s*$/.exec(field)?.[1] ?? '';
}

function attack(case_: Case, vouching: Vouching): Mail {
  const from = author(case_);
  return {
    id: case_.name,
    receivedAt: new Date(case_.sidecar.date),
    envelope: { ...case_.sidecar.envelope, clientName: null, mailFrom: from },
    content: bufferContent(case_.raw),
    wire: CLEAN_WIRE,
    recordedAuthentication: found(from, vouching),
  };
}

/** A plain note from the sender of the attack to the same recipient, weeks before. */
function harmless(case_: Case, vouching: Vouching): Mail {
  const from = author(case_);
  const at = new Date(Date.parse(case_.sidecar.date) - 30 * DAY);
  const text =
    `From: ${from}\r\nTo: ${case_.sidecar.envelope.rcptTo[0]}\r\nSubject: Minutes\r\nDate: ${at.toUTCString()}\r\n` +
    `Message-ID: <1@${from.slice(from.lastIndexOf('@') + 1)}>\r\n\r\n` +
    'Hello,\r\n\r\nthe minutes of our meeting on Tuesday are on the shelf in the library.\r\nSee you on Thursday.\r\n';
  return { ...attack(case_, vouching), receivedAt: at, content: bufferContent(Buffer.from(text)) };
}

/** The memory of the case at hand, under instruments that are the same for all. */
let remembered: Reputation = memoryReputation(config.reputation);
const current: Reputation = {
  lookup: (keys, at) => remembered.lookup(keys, at),
  observe: (observation) => remembered.observe(observation),
  flush: () => remembered.flush(),
  close: () => remembered.close(),
};
let instruments: OpenInstruments;
beforeAll(async () => {
  instruments = await openInstruments(config, { reputation: current, resolver: null });
});
afterAll(() => instruments.close());

/** Judges the attack by a sender who is new, and by one who wrote harmless mail for weeks. */
async function before(case_: Case, vouching: Vouching): Promise<{ fresh: Decision; later: Decision }> {
  remembered = memoryReputation(config.reputation);
  const fresh = await inspect(attack(case_, vouching), instruments);
  const first = await inspect(harmless(case_, vouching), instruments);
  for (let i = 0; i < HARMLESS; i += 1) {
    const at = new Date(first.receivedAt.getTime() + (i * 25 * DAY) / HARMLESS);
    remembered.observe(observationOf({ ...first, verdict: 'accept', receivedAt: at }));
  }
  return { fresh, later: await inspect(attack(case_, vouching), instruments) };
}

const GRAVITY: readonly Verdict[] = ['accept', 'tag', 'quarantine', 'reject'];
const rules = ({ assessment }: Decision) =>
  assessment.findings.filter(({ detector }) => detector.startsWith('rule:')).map(({ detector }) => detector);

describe.each(ATTACKS.map((case_) => [case_.name, case_] as const))('X4 the attack %s', (_, case_) => {
  it('gains nothing by a thousand harmless messages in a name that nobody vouches for', async () => {
    const { fresh, later } = await before(case_, 'nobody');
    expect(later.evidence.reputation).toMatchObject({ facts: { address: { known: true } } });
    expect(rules(later)).toEqual(expect.arrayContaining(rules(fresh)));
    expect(later.assessment.score).toBeGreaterThanOrEqual(fresh.assessment.score);
    expect(later.fates.map(({ verdict }) => verdict)).toEqual(fresh.fates.map(({ verdict }) => verdict));
  });

  it('is judged no milder after a thousand harmless messages from a domain of its own', async () => {
    const { fresh, later } = await before(case_, 'own domain');
    expect(later.evidence.reputation).toMatchObject({ facts: { authenticatedDomain: { known: true } } });
    expect(GRAVITY.indexOf(later.verdict)).toBeGreaterThanOrEqual(GRAVITY.indexOf(fresh.verdict));
  });
});
