import type { Verdict } from '../policy/verdict.ts';
import type { ReputationKey } from './key.ts';

export type { ReputationKey } from './key.ts';

/** Decayed counts at one moment. Time in milliseconds since the epoch. */
export interface Standing {
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly messages: number;
  readonly held: number;
  readonly refused: number;
  readonly reportedBad: number;
  readonly reportedGood: number;
  /** Messages that we sent. */
  readonly outbound: number;
  /** Recipients of its messages within the burst window: it halves within minutes. */
  readonly recent: number;
}

export type Observation =
  | {
      readonly kind: 'decision';
      readonly at: Date;
      readonly keys: readonly ReputationKey[];
      readonly verdict: Verdict;
      /** How many recipients the message had. */
      readonly recipients: number;
    }
  | {
      readonly kind: 'feedback';
      readonly at: Date;
      readonly keys: readonly ReputationKey[];
      readonly bad: boolean;
      /** 1 where it is not given; 0 counts for nothing; −1, with the time of what was said, takes that back. */
      readonly weight?: number;
    }
  | {
      /** One of us wrote. */
      readonly kind: 'outbound';
      readonly at: Date;
      readonly keys: readonly ReputationKey[];
    };

/** What we remember of senders: a fold of observations over time. */
export interface Reputation {
  /** One answer per key that is known; counts decayed to `at`. Throws EvidenceFailure where the store is gone or too slow. */
  lookup(keys: readonly ReputationKey[], at: Date): Promise<ReadonlyMap<ReputationKey, Standing>>;
  /** Seen by the next lookup at once; written behind, in batches. Never throws. */
  observe(observation: Observation): void;
  /** Everything observed so far is in the store when it returns. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
