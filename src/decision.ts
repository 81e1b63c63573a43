import type { Assessment } from './detect/assessment.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Envelope } from './mail/mail.ts';
import type { Fate, Verdict } from './policy/verdict.ts';

/** The whole record of one judgement: what was known, what was measured, what was found, what was decided. */
export interface Decision {
  readonly id: string;
  readonly receivedAt: Date;
  readonly envelope: Envelope;
  readonly messageId: string;
  readonly subject: string;
  readonly from: string;
  readonly sizeBytes: number;
  /** The gravest of the fates. */
  readonly verdict: Verdict;
  /** One entry per distinct verdict and policy; every recipient is in exactly one. */
  readonly fates: readonly Fate[];
  readonly assessment: Assessment;
  readonly evidence: Evidence;
  /** In the order of the feature schema. */
  readonly features: Float32Array;
  readonly featureSchema: string;
  /** At most five sentences for people, ordered by contribution. */
  readonly reasons: readonly string[];
  /** Wall time per stage in seconds: for metrics and logs only, never for a verdict. */
  readonly stageSeconds: Readonly<Record<string, number>>;
}
