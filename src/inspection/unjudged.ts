import type { Decision } from '../decision.ts';
import { fuse, PRIOR_BIAS } from '../detect/assess.ts';
import { NO_EXPERIMENT } from '../detect/assessment.ts';
import { FEATURES } from '../detect/features/schema.ts';
import type { FailureOutcome, NotRun } from '../detect/finding.ts';
import type { Evidence, FactsBySource, SourceName } from '../evidence/evidence.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../message/message.ts';
import { decide, type Policy } from '../policy/decide.ts';
import { LEFT_OUT } from '../steps.ts';

/** Told to people whatever the policy does with such a message: nobody may take it for one that was found clean. */
const WORDS = 'The message crashed or hung inspection again and again, so nothing of it was judged';

/** The decision on a message that nothing of could be judged: what the policy for failures says, and the lists of the envelope. */
export function unjudged(mail: Mail, policy: Policy, outcome: FailureOutcome): Decision {
  const notRun: NotRun = { what: 'inspection', reason: 'error', detail: LEFT_OUT, outcome };
  const decision = decide(
    {
      mail,
      message: { ...UNREAD, sizeBytes: mail.content.size },
      evidence: NO_EVIDENCE,
      features: new Float32Array(FEATURES.length).fill(Number.NaN),
      assessment: {
        ...fuse(null, [], PRIOR_BIAS),
        ...NO_EXPERIMENT,
        notRun: [notRun],
        model: null,
        forced: null,
      },
      stageSeconds: {},
    },
    policy,
  );
  return { ...decision, reasons: [WORDS, ...decision.reasons] };
}

const UNREAD: Omit<Message, 'sizeBytes'> = {
  headers: [],
  from: [],
  sender: [],
  replyTo: [],
  to: [],
  cc: [],
  subject: '',
  messageId: '',
  date: null,
  text: '',
  html: null,
  visibleText: '',
  links: [],
  attachments: [],
  qrCodes: 0,
  parts: [],
  overBudget: [],
  ambiguities: [],
};

const SOURCES: Readonly<Record<SourceName, true>> = {
  authentication: true,
  sender: true,
  reputation: true,
  headers: true,
  links: true,
  html: true,
  attachments: true,
  language: true,
  footprint: true,
  ambiguity: true,
  dnsLists: true,
  clamd: true,
} satisfies Record<keyof FactsBySource, true>;

const NO_EVIDENCE = Object.fromEntries(
  Object.keys(SOURCES).map((source) => [
    source,
    { status: 'failed', reason: 'error', detail: LEFT_OUT, outcome: 'open' },
  ]),
) as unknown as Evidence;
