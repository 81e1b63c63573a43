import type { Decision } from '../decision.ts';
import type { Assessment } from '../detect/assessment.ts';
import type { NotRun } from '../detect/finding.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../message/message.ts';
import { allowedBy, blockedBy, type Listed } from './lists.ts';
import { type ListEntry, type Policy, thresholdsFor, verdictByScore } from './policy.ts';
import { reasonsFor } from './reasons.ts';
import type { Fate, Verdict } from './verdict.ts';

export { createPolicy, type Policy } from './policy.ts';

export interface DecideInput {
  readonly mail: Mail;
  readonly message: Message;
  readonly evidence: Evidence;
  /** In the order of the feature schema. */
  readonly features: Float32Array;
  readonly assessment: Assessment;
  readonly stageSeconds: Readonly<Record<string, number>>;
}

/**
 * What happens to a message, for each of its recipients. A function of its input: neither clock nor memory.
 *
 * The score gives the verdict by the thresholds of the recipient's domain. A rule's action can raise it. An allow entry
 * then makes it accept, and a block entry raises it whatever was allowed. A part that failed with `tag` raises it to tag
 * at least; with `defer` the whole message is deferred, as one reply answers for all recipients.
 */
export function decide(input: DecideInput, policy: Policy): Decision {
  const { mail, message, evidence, features, assessment, stageSeconds } = input;
  const { verdict, fates, standing } = ruleOn(
    { envelope: mail.envelope, message, evidence, assessment },
    policy,
  );
  return {
    id: mail.id,
    receivedAt: mail.receivedAt,
    envelope: mail.envelope,
    messageId: message.messageId,
    subject: message.subject,
    from: message.from[0]?.address ?? '',
    sizeBytes: message.sizeBytes,
    verdict,
    fates,
    assessment,
    evidence,
    features,
    featureSchema: policy.featureSchema,
    reasons: reasonsFor(verdict, assessment, { ...standing, policies: fates.map((fate) => fate.policy) }),
    stageSeconds: { ...stageSeconds },
  };
}

/** What holds for all recipients alike. */
export interface Standing {
  readonly allowed: ListEntry | null;
  readonly blocked: ListEntry | null;
  readonly tagging: NotRun | null;
  readonly deferring: NotRun | null;
}

/** What a policy makes of a message: all of a decision but its words. */
export interface Ruled {
  /** The gravest of the fates. */
  readonly verdict: Verdict;
  readonly fates: readonly Fate[];
  readonly standing: Standing;
}

/** The verdicts of `decide`, from no more than the policy reads; a replay of the ledger asks for these. */
export function ruleOn(listed: Listed, policy: Policy): Ruled {
  const { envelope, assessment } = listed;
  const standing = standingOf(listed, policy);
  const fates = fatesOf(envelope.rcptTo, (recipient) => rule(recipient, assessment, standing, policy));
  return { verdict: gravest(fates.map((fate) => fate.verdict)), fates, standing };
}

function standingOf(listed: Listed, policy: Policy): Standing {
  const { notRun } = listed.assessment;
  return {
    allowed: allowedBy(listed, policy.allow),
    blocked: blockedBy(listed, policy.block),
    tagging: notRun.find(({ outcome }) => outcome === 'tag') ?? null,
    deferring: notRun.find(({ outcome }) => outcome === 'defer') ?? null,
  };
}

interface Ruling {
  readonly verdict: Verdict;
  readonly policy: string;
}

function rule(
  recipient: string,
  assessment: Listed['assessment'],
  standing: Standing,
  policy: Policy,
): Ruling {
  const { allowed, blocked, tagging, deferring } = standing;
  if (deferring !== null) return { verdict: 'defer', policy: `failure:${deferring.what}` };
  const { name, thresholds } = thresholdsFor(recipient, policy);
  const byScore: Ruling = { verdict: verdictByScore(assessment.score, thresholds), policy: name };
  const forced = assessment.forced;
  const byRule = forced === null ? byScore : raised(byScore, forced, assessment.forcedBy ?? 'rule:unnamed');
  const byAllow: Ruling = allowed === null ? byRule : { verdict: 'accept', policy: `allow:${allowed.text}` };
  const byBlock = blocked === null ? byAllow : raised(byAllow, policy.blockAction, `block:${blocked.text}`);
  return tagging === null ? byBlock : raised(byBlock, 'tag', `failure:${tagging.what}`);
}

const GRAVITY: Readonly<Record<Verdict, number>> = { accept: 0, tag: 1, quarantine: 2, reject: 3, defer: 4 };

function raised(ruling: Ruling, verdict: Verdict, policy: string): Ruling {
  return isGraver(verdict, ruling.verdict) ? { verdict, policy } : ruling;
}

/** Whether the first verdict is graver than the second. */
export function isGraver(verdict: Verdict, than: Verdict): boolean {
  return GRAVITY[verdict] > GRAVITY[than];
}

function gravest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((worst, next) => (GRAVITY[next] > GRAVITY[worst] ? next : worst), 'accept');
}

/** Recipients with the same ruling share a fate, in the order of the envelope; without recipients there is one all the same. */
function fatesOf(recipients: readonly string[], rulingFor: (recipient: string) => Ruling): Fate[] {
  if (recipients.length === 0) return [{ ...rulingFor(''), recipients: [] }];
  const groups = new Map<string, Ruling & { recipients: string[] }>();
  for (const recipient of recipients) {
    const ruling = rulingFor(recipient);
    const key = `${ruling.verdict} ${ruling.policy}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...ruling, recipients: [recipient] });
    else group.recipients.push(recipient);
  }
  return [...groups.values()];
}
