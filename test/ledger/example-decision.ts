import type { Decision } from '../../src/decision.ts';
import { type Assessment, NO_EXPERIMENT } from '../../src/detect/assessment.ts';
import { CATEGORIES, type Category } from '../../src/detect/category.ts';
import type { Evidence, Outcome } from '../../src/evidence/evidence.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { newMailId } from '../../src/mail/id.ts';
import { CLEAN_WIRE, type Content, type Mail } from '../../src/mail/mail.ts';

export const EXAMPLE_BYTES = Buffer.from(
  'From: "Orla" <orla@shop.example>\r\nTo: pat@example.org\r\nSubject: Your parcel\r\n\r\nPay the fee.\r\n',
);

/** A mail as the gate would have made it. */
export function exampleMail(given: { readonly id?: string; readonly content?: Content } = {}): Mail {
  return {
    id: given.id ?? newMailId(),
    receivedAt: new Date('2026-03-01T12:00:00.250Z'),
    envelope: {
      clientIp: '192.0.2.7',
      clientName: null,
      helo: 'mx.shop.example',
      mailFrom: 'orla@shop.example',
      rcptTo: ['pat@example.org', 'sam@example.org'],
    },
    content: given.content ?? bufferContent(EXAMPLE_BYTES),
    wire: CLEAN_WIRE,
    recordedAuthentication: null,
  };
}

const failed: Outcome<never> = {
  status: 'failed',
  reason: 'timedOut',
  detail: 'no answer in 2 s',
  outcome: 'open',
};

export const EXAMPLE_EVIDENCE: Evidence = {
  authentication: failed,
  sender: failed,
  reputation: failed,
  headers: failed,
  links: failed,
  html: failed,
  attachments: failed,
  language: failed,
  footprint: failed,
  ambiguity: {
    status: 'ok',
    facts: { kinds: ['two_boundaries'], overBudget: [], bareLineEnds: 0, nulBytes: 0 },
  },
  dnsLists: failed,
  clamd: { status: 'ok', facts: { asked: true, infected: false, signature: '', whole: true } },
};

export function exampleAssessment(): Assessment {
  const zero = Object.fromEntries(CATEGORIES.map((name) => [name, 0])) as Record<Category, number>;
  return {
    score: 0.95,
    scores: { ...zero, scam: 0.95 },
    category: 'scam',
    bias: -2,
    findings: [
      {
        detector: 'rule:parcel_fee',
        category: 'scam',
        weight: 4.94,
        status: 'active',
        words: 'asks for a parcel fee',
      },
      { detector: 'rule:trial', category: 'scam', weight: 0, status: 'shadow', words: 'on trial' },
    ],
    notRun: [
      { what: 'evidence:authentication', reason: 'timedOut', detail: 'no answer in 2 s', outcome: 'open' },
      { what: 'evidence:language', reason: 'timedOut', detail: 'slow', outcome: 'open' },
      { what: 'model:postern-1@1', reason: 'error', detail: 'no opinion', outcome: 'tag' },
    ],
    model: 'postern-1@1',
    forced: null,
    ...NO_EXPERIMENT,
  };
}

export function exampleDecision(mail: Mail = exampleMail(), changes: Partial<Decision> = {}): Decision {
  return {
    id: mail.id,
    receivedAt: mail.receivedAt,
    envelope: mail.envelope,
    messageId: 'p1@shop.example',
    subject: 'Your parcel',
    from: 'orla@shop.example',
    sizeBytes: mail.content.size,
    verdict: 'quarantine',
    fates: [{ verdict: 'quarantine', recipients: mail.envelope.rcptTo, policy: 'default' }],
    assessment: exampleAssessment(),
    evidence: EXAMPLE_EVIDENCE,
    features: Float32Array.of(0.1, Number.NaN, 3),
    featureSchema: 'abc123',
    reasons: ['asks for a parcel fee'],
    stageSeconds: { parse: 0.001, gather: 0.002 },
    ...changes,
  };
}
