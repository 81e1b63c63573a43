import { hash } from 'node:crypto';
import type { Decision } from '../decision.ts';
import type { ModelPart, ShadowOpinion } from '../detect/assessment.ts';
import type { VerdictCategory } from '../detect/category.ts';
import type { Finding, NotRun } from '../detect/finding.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { newMailId } from '../mail/id.ts';
import type { Envelope } from '../mail/mail.ts';
import type { Fate, Verdict } from '../policy/verdict.ts';
import type { ReputationKey } from '../reputation/reputation.ts';
import { version } from '../version.ts';

/** Raised when a field changes its meaning or goes; a new field is no new schema. */
export const LEDGER_SCHEMA = 1;

const VERSION = version();

/** What became of a message once it was decided, as the gate saw it. */
export interface GateOutcome {
  /** `smtp`, or the name of another way in. */
  readonly gate: string;
  /** What the sender was told; null where nobody waited for an answer. */
  readonly reply: { readonly code: number; readonly text: string } | null;
  /** Seconds from the end of the data to our reply. */
  readonly seconds: number | null;
  /** Seconds of it at the next hop; null where it was not asked. */
  readonly nextHopSeconds: number | null;
}

/** What a record needs beside the decision. */
export interface RecordContext extends GateOutcome {
  /** Names of the feature schema, in order. */
  readonly featureNames: readonly string[];
  /** What the memory of senders filed this message under; feedback goes to the same keys. */
  readonly reputationKeys: readonly ReputationKey[];
}

/** One decision as a line of the ledger: enough to judge again without the mail. */
export interface DecisionRecord extends GateOutcome {
  readonly schema: typeof LEDGER_SCHEMA;
  readonly kind: 'decision';
  readonly id: string;
  /** When the message was received; ISO 8601, UTC. */
  readonly at: string;
  readonly envelope: Envelope;
  readonly messageId: string;
  readonly subject: string;
  readonly from: string;
  readonly sizeBytes: number;
  readonly verdict: Verdict;
  readonly fates: readonly Fate[];
  readonly category: VerdictCategory;
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly bias: number;
  readonly forced: 'tag' | 'quarantine' | 'reject' | null;
  /** The detector that forced it; absent where none did. */
  readonly forcedBy?: string;
  readonly model: string | null;
  /** Version of Postern that wrote it; absent in older records. */
  readonly version?: string;
  /** What the rules decided by, as a hash; absent in older records and where none were judged. */
  readonly ruleSet?: string;
  /** `default`, or the canaries that decided; absent in records of before there were any. */
  readonly variant?: string;
  /** What models that did not decide would have said. */
  readonly shadows?: readonly ShadowOpinion[];
  /** The model's own part: with `findings` and the rules it gives `score` again, to the last bit; null without a model. */
  readonly opinion?: ModelPart | null;
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  readonly reasons: readonly string[];
  /** By source; failed ones with their reason. */
  readonly evidence: Evidence;
  /** By name; null is missing. Each number is the shortest that gives the same 32-bit float back. */
  readonly features: Readonly<Record<string, number | null>>;
  readonly featureSchema: string;
  readonly reputationKeys: readonly ReputationKey[];
  readonly stageSeconds: Readonly<Record<string, number>>;
}

/** Where a person said it. `release` is a message let out of the quarantine. */
export type Surface = 'release' | 'cli' | 'mailbox' | 'csv' | 'http';

/**
 * `strong` is a statement of somebody who saw the message; `weak` an act that hints at one (a release without a word), or a statement about
 * a message that this person did not receive. Only strong feedback teaches the memory of senders and counts in the metrics.
 */
export type Strength = 'weak' | 'strong';

/** What a person said of a decision. What the filter itself does with a message is never one. */
export interface FeedbackRecord {
  readonly schema: typeof LEDGER_SCHEMA;
  readonly kind: 'feedback';
  /** Of this statement: `postern feedback --undo` takes it. */
  readonly feedbackId: string;
  readonly surface: Surface;
  readonly strength: Strength;
  /** Id of the feedback that this one takes back; it says nothing of its own then, and `is` is what was said. */
  readonly retracts: string | null;
  /** When that was said: the memory takes it back with the weight that it has by now. */
  readonly retractedFrom: string | null;
  /** Id of the decision. */
  readonly id: string;
  /** When it was said; ISO 8601, UTC. */
  readonly at: string;
  /** Who said it. */
  readonly actor: string;
  /** Category that it is, by this person. */
  readonly is: VerdictCategory;
  /** Category that we gave. */
  readonly category: VerdictCategory;
  /** Verdict that we gave. */
  readonly verdict: Verdict;
  /** How we treated it: `unwanted` where it was tagged, held or refused. */
  readonly was: 'unwanted' | 'none';
  readonly reputationKeys: readonly ReputationKey[];
}

/** A change of what decides: of the status of a rule or model, by a person or by a policy. */
export interface AuditRecord {
  readonly schema: typeof LEDGER_SCHEMA;
  readonly kind: 'audit';
  /** Of this change. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who did it: a person, or `postern` for the policy `floor`. */
  readonly actor: string;
  /** `promote`, `rollback` or `floor`. */
  readonly action: string;
  /** What was changed: `rule:<id>`, `model:<name>@<version>`. */
  readonly subject: string;
  /** Status in the experiments file; null where it had none, and the configuration holds. */
  readonly before: string | null;
  readonly after: string | null;
  /** In the words of the actor; '' where none were given. */
  readonly reason: string;
}

/** Records about mail. */
export type MailRecord = DecisionRecord | FeedbackRecord;
export type LedgerRecord = MailRecord | AuditRecord;
export type RecordKind = LedgerRecord['kind'];

/** The ledger's line for a change of what decides. */
export function auditRecord(
  change: Omit<AuditRecord, 'schema' | 'kind' | 'id' | 'at'> & { readonly at: Date },
): AuditRecord {
  const { at, actor, action, subject, before, after, reason } = change;
  const id = newMailId(at.getTime());
  return {
    schema: LEDGER_SCHEMA,
    kind: 'audit',
    id,
    at: at.toISOString(),
    actor,
    action,
    subject,
    before,
    after,
    reason,
  };
}

/** The ledger's line for a decision. Throws RangeError where the names do not fit the features. */
export function decisionRecord(decision: Decision, context: RecordContext): DecisionRecord {
  const { assessment } = decision;
  return {
    schema: LEDGER_SCHEMA,
    kind: 'decision',
    id: decision.id,
    at: decision.receivedAt.toISOString(),
    gate: context.gate,
    reply: context.reply,
    seconds: context.seconds,
    nextHopSeconds: context.nextHopSeconds,
    envelope: decision.envelope,
    messageId: decision.messageId,
    subject: decision.subject,
    from: decision.from,
    sizeBytes: decision.sizeBytes,
    verdict: decision.verdict,
    fates: decision.fates,
    category: assessment.category,
    score: assessment.score,
    scores: assessment.scores,
    bias: assessment.bias,
    forced: assessment.forced,
    ...(assessment.forcedBy === undefined ? {} : { forcedBy: assessment.forcedBy }),
    model: assessment.model,
    version: VERSION,
    ...(assessment.ruleSet === undefined ? {} : { ruleSet: assessment.ruleSet }),
    variant: assessment.variant,
    shadows: assessment.shadows,
    opinion: assessment.opinion,
    findings: assessment.findings,
    notRun: assessment.notRun,
    reasons: decision.reasons,
    evidence: decision.evidence,
    features: featuresByName(decision.features, context.featureNames),
    featureSchema: decision.featureSchema,
    reputationKeys: context.reputationKeys,
    stageSeconds: decision.stageSeconds,
  };
}

/** The ledger's line for what a person said of a decision; at the command line, and strong, where nothing else is said. */
export function feedbackRecord(
  decision: DecisionRecord,
  said: {
    readonly is: VerdictCategory;
    readonly actor: string;
    readonly at: Date;
    readonly surface?: Surface;
    readonly strength?: Strength;
  },
): FeedbackRecord {
  return {
    schema: LEDGER_SCHEMA,
    kind: 'feedback',
    feedbackId: newMailId(said.at.getTime()),
    surface: said.surface ?? 'cli',
    strength: said.strength ?? 'strong',
    retracts: null,
    retractedFrom: null,
    id: decision.id,
    at: said.at.toISOString(),
    actor: said.actor,
    is: said.is,
    category: decision.category,
    verdict: decision.verdict,
    was: isUnwanted(decision.verdict) ? 'unwanted' : 'none',
    reputationKeys: decision.reputationKeys,
  };
}

/** The ledger's line that takes feedback back. */
export function retractionRecord(
  feedback: FeedbackRecord,
  by: { readonly actor: string; readonly at: Date; readonly surface: Surface },
): FeedbackRecord {
  return {
    ...feedback,
    feedbackId: newMailId(by.at.getTime()),
    surface: by.surface,
    retracts: feedback.feedbackId,
    retractedFrom: feedback.at,
    at: by.at.toISOString(),
    actor: by.actor,
  };
}

/** Feedback as it is today, of a line that may be older than its newest fields: said at the command line, and strong. */
export function readFeedbackRecord(
  line: Omit<FeedbackRecord, LaterFeedbackField> & Partial<Pick<FeedbackRecord, LaterFeedbackField>>,
): FeedbackRecord {
  const { feedbackId, surface = 'cli', strength = 'strong', retracts = null, retractedFrom = null } = line;
  return {
    ...line,
    feedbackId: feedbackId ?? hash('sha256', JSON.stringify([line.id, line.at, line.actor, line.is]), 'hex'),
    surface,
    strength,
    retracts,
    retractedFrom,
  };
}

type LaterFeedbackField = 'feedbackId' | 'surface' | 'strength' | 'retracts' | 'retractedFrom';

/** Whether a message was treated as one that nobody wants. */
export function isUnwanted(verdict: Verdict): boolean {
  return verdict === 'tag' || verdict === 'quarantine' || verdict === 'reject';
}

function featuresByName(values: Float32Array, names: readonly string[]): Record<string, number | null> {
  if (values.length !== names.length) {
    throw new RangeError(`${values.length} features and ${names.length} names`);
  }
  const features: Record<string, number | null> = {};
  for (const [place, name] of names.entries()) features[name] = shortest(values[place] ?? Number.NaN);
  return features;
}

const SIX_DIGITS = 1_000_000;

/** 0.1, not 0.10000000149011612: fewest digits (9 always do, IEEE 754) that read back as the same 32-bit float. */
function shortest(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  // Most features count something: these have few digits as they are. Adding 0 makes 0 of −0.
  if (Number.isInteger(value) && Math.abs(value) < SIX_DIGITS) return value + 0;
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
