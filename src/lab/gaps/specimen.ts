import type { VerdictCategory } from '../../detect/category.ts';
import { FEATURES } from '../../detect/features/schema.ts';
import type { Finding, NotRun } from '../../detect/finding.ts';
import { type Evidence, factsOf } from '../../evidence/evidence.ts';
import type { Message } from '../../message/message.ts';
import type { Verdict } from '../../policy/verdict.ts';

/** `miss`: unwanted and let through; `falsePositive`: wanted and treated as unwanted. */
export const GAP_KINDS = ['miss', 'falsePositive'] as const;

export type GapKind = (typeof GAP_KINDS)[number];

/** One judged message, whether from the ledger or from a file. */
export interface Specimen {
  /** Id of the decision, or path of the file. */
  readonly id: string;
  /** ISO 8601, UTC; null where a file does not say. */
  readonly at: string | null;
  /** What a person said that it is; null where nobody said anything. */
  readonly said: VerdictCategory | null;
  readonly verdict: Verdict;
  readonly category: VerdictCategory;
  readonly score: number;
  readonly subject: string;
  readonly evidence: Evidence;
  /** In the order of the feature schema; NaN is missing. */
  readonly features: Float32Array;
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  /** Null where no raw mail is kept. */
  readonly message: Message | null;
  /** What groups are made of: subject and words, bounded. */
  readonly text: string;
}

/** Words of a body that are compared: a campaign shows itself in its first page. */
export const MAX_TEXT = 4_000;

/** Whether we treated it as unwanted. */
export function isHeld({ verdict }: Pick<Specimen, 'verdict'>): boolean {
  return verdict === 'tag' || verdict === 'quarantine' || verdict === 'reject';
}

/** Whether it is unwanted: what a person said, else what we took it for. */
export function isUnwanted(one: Pick<Specimen, 'verdict' | 'said'>): boolean {
  return one.said === null ? isHeld(one) : one.said !== 'none';
}

/** How we were wrong; null where nobody said that we were. */
export function gapOf(one: Pick<Specimen, 'verdict' | 'said'>): GapKind | null {
  if (isUnwanted(one) === isHeld(one)) return null;
  return isHeld(one) ? 'falsePositive' : 'miss';
}

/** Subject and words of the body; without raw mail the subject, the reasons and the phrases that evidence quotes. */
export function textOf(
  subject: string,
  message: Message | null,
  evidence: Evidence,
  reasons: readonly string[],
): string {
  if (message !== null) return `${subject}\n${message.visibleText}`.slice(0, MAX_TEXT);
  const examples = Object.values(factsOf(evidence.language)?.examples ?? {}).flat();
  return [subject, ...reasons, ...examples].join('\n').slice(0, MAX_TEXT);
}

/** Values by name, as the ledger has them, in the order of the schema. What the record does not have is missing. */
export function featuresInOrder(byName: Readonly<Record<string, number | null>>): Float32Array {
  return Float32Array.from(FEATURES, ({ name }) => byName[name] ?? Number.NaN);
}

/** A message of which only the subject is known, for rules: its text is empty, so no rule that reads text is asked. */
export function bareMessage(subject: string): Message {
  return {
    headers: [],
    from: [],
    sender: [],
    replyTo: [],
    to: [],
    cc: [],
    subject,
    messageId: '',
    date: null,
    text: '',
    html: null,
    visibleText: '',
    links: [],
    attachments: [],
    qrCodes: 0,
    parts: [],
    sizeBytes: 0,
    overBudget: [],
    ambiguities: [],
  };
}
