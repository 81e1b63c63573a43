import { configSchema, type PolicyConfig } from '../../src/config/schema.ts';
import { type Assessment, NO_EXPERIMENT } from '../../src/detect/assessment.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { UNKNOWN_AUTHENTICATION } from '../../src/evidence/authentication/results.ts';
import type { AuthenticationFacts } from '../../src/evidence/authentication.ts';
import { type Evidence, failuresOf, type Outcome } from '../../src/evidence/evidence.ts';
import type { SenderFacts } from '../../src/evidence/sender.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { CLEAN_WIRE, type Envelope, type Mail } from '../../src/mail/mail.ts';
import type { Message } from '../../src/message/message.ts';
import { createPolicy, type DecideInput, decide } from '../../src/policy/decide.ts';

const SENDER: SenderFacts = {
  fromAddress: 'ann@shop.example',
  fromDomain: 'shop.example',
  fromOrganization: 'shop.example',
  fromName: 'Ann',
  fromCount: 1,
  nameHoldsOtherAddress: false,
  nameClaimsBrand: '',
  nameOfPerson: '',
  roleOfPerson: '',
  subjectNamesBrand: '',
  nameClaimsUs: false,
  fromBrand: '',
  popularRank: null,
  replyToPresent: false,
  senderDiffers: false,
  heloMatchesFrom: true,
  heloNotAName: false,
  replyToLookalikeOf: '',
  freemail: false,
  disposable: false,
  replyToDiffers: false,
  replyToFreemail: false,
  replyToDomain: '',
  returnPathDiffers: false,
  nullSender: false,
  lookalikeOf: '',
  punycode: false,
  suspiciousTld: false,
  localPartDigits: 0,
  fromOwnDomain: false,
  fromIsRecipient: false,
  nameRole: '',
  fromRecipientOrganization: false,
  nameClaimsRecipient: false,
  nameFitsAddress: true,
  lookalikeInThread: '',
  organizations: 1,
  randomDomain: 0,
  randomLocalPart: 0,
  serviceWordDomain: false,
  fromHosted: false,
  replyToSamePerson: false,
  officeLocalPart: false,
};

const ABSENT: Outcome<never> = {
  status: 'failed',
  reason: 'unavailable',
  detail: 'not in this test',
  outcome: 'open',
};

export interface Situation {
  readonly score?: number;
  readonly assessment?: Partial<Assessment>;
  readonly recipients?: readonly string[];
  readonly envelope?: Partial<Envelope>;
  readonly authentication?: Partial<AuthenticationFacts>;
  readonly sender?: Partial<SenderFacts>;
  readonly evidence?: Partial<Evidence>;
  readonly from?: readonly string[];
  readonly policy?: Partial<PolicyConfig>;
  readonly id?: string;
}

export function finding(weight: number, words: string, extra: Partial<Finding> = {}): Finding {
  return { detector: `rule:${words}`, category: 'spam', weight, status: 'active', words, ...extra };
}

/** A decision on a mail from ann@shop.example with the default policy, but for what the situation says. */
export function decideOn(situation: Situation) {
  const config = { ...configSchema.parse({}).policy, ...situation.policy };
  return decide(inputOf(situation), createPolicy(config, { featureSchema: 'abc' }));
}

function inputOf(situation: Situation): DecideInput {
  const evidence: Evidence = {
    authentication: { status: 'ok', facts: { ...UNKNOWN_AUTHENTICATION, ...situation.authentication } },
    sender: { status: 'ok', facts: { ...SENDER, ...situation.sender } },
    reputation: ABSENT,
    headers: ABSENT,
    links: ABSENT,
    html: ABSENT,
    attachments: ABSENT,
    language: ABSENT,
    footprint: ABSENT,
    ambiguity: ABSENT,
    dnsLists: ABSENT,
    clamd: ABSENT,
    ...situation.evidence,
  };
  return {
    mail: mailOf(situation),
    message: messageOf(situation.from ?? ['ann@shop.example']),
    evidence,
    features: new Float32Array(2),
    assessment: assessmentOf(situation, evidence),
    stageSeconds: { parse: 0.001 },
  };
}

function assessmentOf({ score = 0, assessment }: Situation, evidence: Evidence): Assessment {
  const none = {
    credential_phishing: 0,
    bec: 0,
    invoice_fraud: 0,
    callback_phishing: 0,
    extortion: 0,
    scam: 0,
    malware: 0,
  };
  return {
    score,
    scores: { ...none, spam: score },
    category: score < 0.5 ? 'none' : 'spam',
    bias: -3,
    findings: [],
    notRun: failuresOf(evidence),
    model: 'postern-1@1',
    forced: null,
    ...NO_EXPERIMENT,
    ...assessment,
  };
}

function mailOf({ recipients = ['bob@example.com'], envelope, id = 'm1' }: Situation): Mail {
  return {
    id,
    receivedAt: new Date(0),
    envelope: {
      clientIp: '198.51.100.7',
      clientName: null,
      helo: 'mail.shop.example',
      mailFrom: 'bounce@shop.example',
      rcptTo: recipients,
      ...envelope,
    },
    content: bufferContent(Buffer.from('')),
    wire: CLEAN_WIRE,
    recordedAuthentication: null,
  };
}

function messageOf(from: readonly string[]): Message {
  return {
    headers: [],
    from: from.map((address) => ({ name: '', address, domain: address.split('@').at(-1) ?? '' })),
    sender: [],
    replyTo: [],
    to: [],
    cc: [],
    subject: 'Your order',
    messageId: '1@shop.example',
    date: null,
    text: '',
    html: null,
    visibleText: '',
    links: [],
    attachments: [],
    qrCodes: 0,
    parts: [],
    sizeBytes: 10,
    overBudget: [],
    ambiguities: [],
  };
}
