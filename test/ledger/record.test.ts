import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine, encodeLine } from '../../src/ledger/line.ts';
import { decisionRecord, feedbackRecord } from '../../src/ledger/record.ts';
import { version } from '../../src/version.ts';
import { EXAMPLE_EVIDENCE, exampleAssessment, exampleDecision, exampleMail } from './example-decision.ts';
import { EXAMPLE_CONTEXT } from './example-ledger.ts';

describe('a record of a decision', () => {
  test('has all that is needed to judge again without the mail', () => {
    const mail = exampleMail();
    const record = decodeLine(encodeLine(decisionRecord(exampleDecision(mail), EXAMPLE_CONTEXT)).trimEnd());
    expect(record).toEqual({
      schema: 1,
      kind: 'decision',
      id: mail.id,
      at: '2026-03-01T12:00:00.250Z',
      ...{ gate: 'smtp', reply: { code: 250, text: '2.0.0 held' }, seconds: 0.02, nextHopSeconds: null },
      envelope: mail.envelope,
      messageId: 'p1@shop.example',
      subject: 'Your parcel',
      from: 'orla@shop.example',
      sizeBytes: mail.content.size,
      verdict: 'quarantine',
      fates: [
        { verdict: 'quarantine', recipients: ['pat@example.org', 'sam@example.org'], policy: 'default' },
      ],
      ...exampleAssessment(),
      reasons: ['asks for a parcel fee'],
      evidence: EXAMPLE_EVIDENCE,
      features: { links_share: 0.1, html_share: null, links_count: 3 },
      featureSchema: 'abc123',
      version: version(),
      reputationKeys: ['domain:shop.example', 'network:192.0.2.0/24'],
      stageSeconds: { parse: 0.001, gather: 0.002 },
    });
  });

  test('gives back each feature bit by bit', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const context = { ...EXAMPLE_CONTEXT, featureNames: ['one'] };
        const decision = exampleDecision(exampleMail(), { features: Float32Array.of(value) });
        const { features } = JSON.parse(encodeLine(decisionRecord(decision, context)));
        expect(Math.fround(features.one) + 0).toBe(value + 0);
      }),
    );
  });

  test('names that do not fit the features are an error', () => {
    const context = { ...EXAMPLE_CONTEXT, featureNames: ['one'] };
    expect(() => decisionRecord(exampleDecision(), context)).toThrow('3 features and 1 names');
  });

  test('is one line whatever the subject holds, in Unicode that every reader takes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '\r\n', '\u2028', '\ud83d', '\udc00x'),
        (text, odd) => {
          const decision = exampleDecision(exampleMail(), { subject: text + odd });
          const line = encodeLine(decisionRecord(decision, EXAMPLE_CONTEXT));
          expect(line.indexOf('\n')).toBe(line.length - 1);
          expect(line).not.toMatch(/\r/);
          expect(line).not.toMatch(/(?<!\\)(\\\\)*\\ud[89a-f]/);
          expect(decodeLine(line.trimEnd())).toMatchObject({ subject: (text + odd).toWellFormed() });
        },
      ),
    );
  });
});

describe('a record of feedback', () => {
  test.each([
    ['accept', 'none'],
    ['defer', 'none'],
    ['tag', 'unwanted'],
    ['quarantine', 'unwanted'],
    ['reject', 'unwanted'],
  ] as const)('for %s says that we took it for %s', (verdict, was) => {
    const decision = decisionRecord(exampleDecision(exampleMail(), { verdict }), EXAMPLE_CONTEXT);
    const at = new Date('2026-03-02T00:00:00Z');
    expect(feedbackRecord(decision, { is: 'none', actor: 'kim', at })).toEqual({
      schema: 1,
      kind: 'feedback',
      feedbackId: expect.stringMatching(/^00SSAYR700/),
      surface: 'cli',
      strength: 'strong',
      retracts: null,
      retractedFrom: null,
      id: decision.id,
      at: '2026-03-02T00:00:00.000Z',
      actor: 'kim',
      is: 'none',
      category: 'scam',
      verdict,
      was,
      reputationKeys: EXAMPLE_CONTEXT.reputationKeys,
    });
  });
});

test.each([
  ['{"schema":1,"kind":"dec', /is not JSON/],
  ['[]', /is no record/],
  ['{"schema":1,"kind":"other","id":"x","at":"2026-03-01T12:00:00Z"}', /is no record/],
  ['{"schema":2,"kind":"decision","id":"x","at":"2026-03-01T12:00:00Z"}', /has schema 2/],
])('the line %s is refused', (line, problem) => {
  expect(() => decodeLine(line)).toThrow(problem);
});
