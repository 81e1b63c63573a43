import type { Verdict } from '../policy/verdict.ts';

/** `domain:`, `authdomain:`, `address:` or `network:` and the value. */
export type ReputationKey = `${'domain' | 'authdomain' | 'address' | 'network'}:${string}`;

/** Decayed counts at one moment. Time in milliseconds since the epoch. */
export interface Standing {
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly messages: number;
  readonly held: number;
  readonly refused: number;
  readonly reportedBad: number;
  readonly reportedGood: number;
}

export type Observation =
  | {
      readonly kind: 'decision';
      readonly at: Date;
      readonly keys: readonly ReputationKey[];
      readonly verdict: Verdict;
    }
  | {
      readonly kind: 'feedback';
      readonly at: Date;
      readonly keys: readonly ReputationKey[];
      readonly bad: boolean;
    };

/** What we remember of senders: a fold of observations over time. */
export interface Reputation {
  /** One answer per key that is known; counts decayed to `at`. Throws EvidenceFailure where the store is gone or too slow. */
  lookup(keys: readonly ReputationKey[], at: Date): Promise<ReadonlyMap<ReputationKey, Standing>>;
  /** Seen by the next lookup at once; written behind, in batches. Never throws. */
  observe(observation: Observation): void;
  /** Everything observed so far is on disk when it returns. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
