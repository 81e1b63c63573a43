import type { Counters } from './fold.ts';
import type { ReputationKey } from './key.ts';

export type Entry = readonly [ReputationKey, Counters];

/** Where counters are kept. Answers come at once, or as a promise from afar; in either case in the order of the questions. */
export interface CounterStore {
  /** For messages to people: the file, or the server. */
  readonly name: string;
  /** For metrics. */
  readonly kind: 'sqlite' | 'redis';
  /** For how long an answer may be taken from a cache. Infinity where `changedByOthers` tells when it may not. */
  readonly answersHoldMs: number;
  /** Whether somebody else has written since this was asked last. */
  changedByOthers(): boolean;
  /** Those of the keys that there are: one round trip. Throws EvidenceFailure, or what the store throws. */
  read(keys: readonly ReputationKey[]): MaybePromise<ReadonlyMap<ReputationKey, Counters>>;
  /**
   * Adds all of it or nothing, and gives what holds now. Additive: others may do the same at the same time. Where a promise is rejected
   * it may have been added nevertheless, as the answer was lost: the same array again, before any other, counts once.
   */
  add(batch: readonly Entry[]): MaybePromise<ReadonlyMap<ReputationKey, Counters>>;
  /** Drops what is too old to matter, and what tells least where there is too much. Gives how many, at most some thousand a call. */
  prune(now: Date): MaybePromise<number>;
  /** Every entry, in no order. */
  entries(): AsyncIterable<Entry>;
  /** Deletes keys; gives how many there were. */
  forget(keys: readonly ReputationKey[]): MaybePromise<number>;
  close(): MaybePromise<void>;
}

export type MaybePromise<T> = T | Promise<T>;
