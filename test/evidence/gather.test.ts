import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { measure } from '../../src/detect/features/schema.ts';
import { UNKNOWN_AUTHENTICATION } from '../../src/evidence/authentication/results.ts';
import { authenticationSource } from '../../src/evidence/authentication.ts';
import { EvidenceFailure, type EvidenceSource, failuresOf } from '../../src/evidence/evidence.ts';
import { gather } from '../../src/evidence/gather.ts';
import type { Link, LinkSite } from '../../src/message/message.ts';
import {
  addressOf,
  attachmentOf,
  authenticationOf,
  evidenceOf,
  htmlView,
  linkTo,
  mailOf,
  messageOf,
  sourcesOf,
} from './message-factory.ts';

const DNS = { messageTimeoutMs: 1_000, questionsPerMessage: 10 };

const failing = (error: unknown): EvidenceSource<'authentication'> => ({
  name: 'authentication',
  onFailure: 'tag',
  gather: () => Promise.reject(error),
});

describe('gathering evidence', () => {
  it('runs every source, each after those that it reads', async () => {
    const evidence = await evidenceOf({}, { authentication: { authenticatedDomain: 'alder.example' } });
    expect(Object.keys(evidence)).toEqual([
      'authentication',
      'sender',
      'headers',
      'links',
      'html',
      'attachments',
      'language',
      'footprint',
      'reputation',
      'ambiguity',
      'dnsLists',
      'clamd',
    ]);
    expect(Object.values(evidence).map((outcome) => outcome.status)).toEqual(Array(12).fill('ok'));
  });

  it('is the same JSON after a round trip', async () => {
    const evidence = await evidenceOf({
      html: htmlView({ hiddenText: 'x' }),
      links: [linkTo('https://evil.example/?e=bo@birch.example', { text: 'paypal.com' })],
      attachments: [attachmentOf('a.zip', { entries: ['a.exe'] })],
    });
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  });

  it('turns what a source throws into an outcome, tells of it once, and goes on', async () => {
    const onFailure = vi.fn();
    const authentication = failing(new EvidenceFailure('timedOut', 'DNS was silent'));
    const evidence = await evidenceOf({}, { options: { authentication, onFailure } });
    expect(evidence.authentication).toEqual({
      status: 'failed',
      reason: 'timedOut',
      detail: 'DNS was silent',
      outcome: 'tag',
    });
    expect(onFailure.mock.calls).toEqual([['authentication', 'timedOut', 'tag']]);
    expect(evidence.links.status).toBe('ok');
  });

  it.each([new Error('odd'), 'odd', null])('calls %s an error', async (thrown) => {
    const evidence = await evidenceOf({}, { options: { authentication: failing(thrown) } });
    expect(evidence.authentication).toMatchObject({ status: 'failed', reason: 'error' });
  });

  it('keeps facts that are not whole, and says what is missing and what to do about it', async () => {
    const onFailure = vi.fn();
    const facts = { ...UNKNOWN_AUTHENTICATION, spf: 'temperror' as const, dnsFailures: 2 };
    const real = authenticationSource({
      resolver: null,
      dns: DNS,
      mta: 'mx.example',
      trustedAuthservIds: [],
    });
    const authentication = { ...real, gather: async () => facts };
    const evidence = await evidenceOf(
      {},
      { options: { authentication, onFailure, failures: { authentication: 'defer' } } },
    );
    const shortfall = { reason: 'timedOut', detail: '2 DNS questions without an answer', outcome: 'defer' };
    expect(evidence.authentication).toEqual({ status: 'ok', facts, shortfall });
    expect(failuresOf(evidence)).toEqual([{ what: 'evidence:authentication', ...shortfall }]);
    expect(onFailure.mock.calls).toEqual([['authentication', 'timedOut', 'defer']]);
  });

  it('does what the configuration says about a failure', async () => {
    const options = {
      authentication: failing(new Error('odd')),
      failures: { authentication: 'defer' as const },
    };
    expect((await evidenceOf({}, { options })).authentication).toMatchObject({ outcome: 'defer' });
  });

  it('keeps 200 characters about a failure', async () => {
    const evidence = await evidenceOf(
      {},
      { options: { authentication: failing(new Error('x'.repeat(300))) } },
    );
    expect(evidence.authentication).toMatchObject({ detail: 'x'.repeat(200) });
  });

  it('survives a source that throws before it waits', async () => {
    const authentication: EvidenceSource<'authentication'> = {
      ...authenticationOf(),
      gather: () => {
        throw new Error('at once');
      },
    };
    expect((await evidenceOf({}, { options: { authentication } })).authentication).toMatchObject({
      detail: 'at once',
    });
  });

  it('finds facts about anything that a message may be', async () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.lorem());
    const address = fc.record({ name: text, address: text, domain: fc.oneof(text, fc.domain()) });
    const sites: LinkSite[] = ['text', 'anchor', 'form', 'image', 'meta', 'script', 'attachment', 'header'];
    const link: fc.Arbitrary<Link> = fc.record({
      url: fc.oneof(text, fc.webUrl({ withQueryParameters: true })),
      host: fc.oneof(text, fc.domain(), fc.ipV6()),
      domain: text,
      scheme: fc.constantFrom('http', 'https', 'mailto', 'data', 'x'),
      where: fc.constantFrom(...sites),
      text: fc.option(fc.oneof(text, fc.webUrl(), fc.domain())),
    });
    const message = fc.record({
      from: fc.array(address, { maxLength: 3 }),
      replyTo: fc.array(address, { maxLength: 2 }),
      subject: text,
      messageId: text,
      date: fc.option(fc.date()),
      visibleText: text,
      links: fc.array(link, { maxLength: 6 }),
      attachments: fc.array(
        text.map((name) => attachmentOf(name, { text: name })),
        { maxLength: 3 },
      ),
      html: fc.option(text.map((visibleText) => htmlView({ visibleText, hiddenText: visibleText }))),
      to: fc.array(
        fc.emailAddress().map((one) => addressOf(one)),
        { maxLength: 2 },
      ),
    });
    const sources = sourcesOf();
    await fc.assert(
      fc.asyncProperty(message, async (changes) => {
        const evidence = await gather(mailOf(), messageOf(changes), sources);
        expect(Object.values(evidence).filter(({ status }) => status === 'failed')).toEqual([]);
        expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
        expect(measure(evidence).every((value) => !Object.is(value, Infinity))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
