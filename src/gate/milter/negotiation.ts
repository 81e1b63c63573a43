import type { Answer } from './answer.ts';
import type { Packet } from './packet.ts';

/** What a filter may do, if the mail server grants it (SMFIF_…). */
const ACTION = {
  addHeaders: 1 << 0,
  deleteRecipients: 1 << 3,
  changeHeaders: 1 << 4,
  quarantine: 1 << 5,
  chooseMacros: 1 << 8,
} as const;

/** Steps that we need not see, replies that nobody waits for, and details of the protocol (SMFIP_…). */
const STEP = {
  noReplyToHeader: 1 << 7,
  noUnknown: 1 << 8,
  noData: 1 << 9,
  skip: 1 << 10,
  noReplyToHelo: 1 << 13,
  noReplyToEndOfHeaders: 1 << 18,
  leadingSpace: 1 << 20,
} as const;

/** What version 2 knows; a bit above it from a server of version 2 means nothing. */
const VERSION_2 = { actions: 0x3f, steps: 0x7f } as const;
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 6;

/** Of the stages connection (0), MAIL (2), RCPT (3) and end of the message (5), what each tells us beside its command. */
const MACROS = [
  { stage: 0, names: ['j', '_', '{client_addr}', '{client_name}', '{client_port}'] },
  { stage: 2, names: ['i', '{auth_type}', '{auth_authen}', '{mail_addr}'] },
  { stage: 3, names: ['{rcpt_addr}'] },
  { stage: 5, names: ['i'] },
] as const;

/** What was agreed with the mail server for this connection. */
export interface Terms {
  readonly version: number;
  readonly mayInsertHeaders: boolean;
  readonly mayChangeHeaders: boolean;
  readonly mayDeleteRecipients: boolean;
  readonly mayQuarantine: boolean;
  readonly maySkip: boolean;
  /** Values of headers come, and are given, with the blank after the colon; otherwise the mail server takes one off and puts one on. */
  readonly withLeadingSpace: boolean;
  /** Commands to which no answer may be given. */
  readonly unanswered: ReadonlySet<Packet['kind']>;
}

export interface Negotiated {
  readonly terms: Terms;
  readonly answer: Answer;
}

/**
 * Agrees on what both sides can: the lower version, and of what is offered only what we use. Null where the mail server is older than
 * version 2 (Sendmail before 8.12), which cannot change a header.
 */
export function negotiate(
  offer: Extract<Packet, { kind: 'negotiate' }>,
  quarantine: 'postern' | 'mta',
): Negotiated | null {
  if (offer.version < OLDEST_VERSION) return null;
  const version = Math.min(offer.version, NEWEST_VERSION);
  const known = version === OLDEST_VERSION ? VERSION_2 : { actions: ~0, steps: ~0 };
  const wanted =
    ACTION.addHeaders |
    ACTION.changeHeaders |
    ACTION.deleteRecipients |
    ACTION.chooseMacros |
    (quarantine === 'mta' ? ACTION.quarantine : 0);
  const actions = offer.actions & known.actions & wanted;
  const steps = offer.steps & known.steps & Object.values(STEP).reduce((all, bit) => all | bit, 0);
  return {
    terms: termsOf(version, actions, steps),
    answer: {
      kind: 'negotiate',
      version,
      actions,
      steps,
      macros: has(actions, ACTION.chooseMacros) ? MACROS : [],
    },
  };
}

function termsOf(version: number, actions: number, steps: number): Terms {
  const unanswered = new Set<Packet['kind']>(['macros', 'abort', 'quit', 'quitForNext']);
  if (has(steps, STEP.noReplyToHeader)) unanswered.add('header');
  if (has(steps, STEP.noReplyToHelo)) unanswered.add('helo');
  if (has(steps, STEP.noReplyToEndOfHeaders)) unanswered.add('endOfHeaders');
  return {
    version,
    mayInsertHeaders: has(actions, ACTION.addHeaders),
    mayChangeHeaders: has(actions, ACTION.changeHeaders),
    mayDeleteRecipients: has(actions, ACTION.deleteRecipients),
    mayQuarantine: has(actions, ACTION.quarantine),
    maySkip: has(steps, STEP.skip),
    withLeadingSpace: has(steps, STEP.leadingSpace),
    unanswered,
  };
}

function has(bits: number, bit: number): boolean {
  return (bits & bit) !== 0;
}
