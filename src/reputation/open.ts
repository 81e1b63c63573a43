import type { Config } from '../config/schema.ts';
import type { Metrics } from '../observe/metrics.ts';
import { halfLivesOf } from './fold.ts';
import { hashedReputation, KeyHasher } from './hashed.ts';
import { makePrivacyKey, readPrivacyKey } from './privacy-key.ts';
import { LONGEST_FLUSH_MS, RedisStore } from './redis-store.ts';
import { StoredReputation } from './remember.ts';
import type { Reputation } from './reputation.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { CounterStore } from './store.ts';

/** A fault that lasts is told as often. */
const TELL_EVERY_MS = 60_000;

export interface OpenReputation extends Reputation {
  /** Throws, with why, where the store does not answer. */
  check(): Promise<void>;
}

/**
 * The memory of senders that the configuration names. Throws where its file cannot be used, with the path and what to do. A server that is
 * away is none of that: lookups fail and what is observed waits, until it is there; `onFault` and `onBack` hear of both.
 */
export function openReputation(
  config: Config['reputation'],
  metrics: Metrics,
  onFault: (fault: Error) => void = (fault) => process.emitWarning(fault),
  privacy: Config['privacy'] = PLAIN,
  onBack: () => void = () => undefined,
): OpenReputation {
  const { cacheBytes, flushEntries, flushIntervalMs } = config;
  const faults = new Faults(onFault, onBack);
  const hasher = hasherOf(privacy);
  const reputation = new StoredReputation({
    store: openStore(config, hasher, faults),
    halfLives: halfLivesOf(config),
    cacheBytes,
    flushEntries,
    flushIntervalMs: config.store === 'redis' ? Math.min(flushIntervalMs, LONGEST_FLUSH_MS) : flushIntervalMs,
    metrics,
    onFault: faults.onAway,
  });
  if (hasher === null) return reputation;
  return { ...hashedReputation(reputation, hasher), check: () => reputation.check() };
}

/** What a store says nothing of is plain; one that was filled otherwise refuses. */
const PLAIN: Config['privacy'] = { addresses: 'plain', keyFile: '' };

/** The hashes of names and addresses, their key made where it is missing; null where the memory keeps them as they are. */
export function hasherOf({ addresses, keyFile }: Config['privacy']): KeyHasher | null {
  return addresses === 'plain' ? null : new KeyHasher(readPrivacyKey(keyFile) ?? makePrivacyKey(keyFile));
}

/** The store alone, for those who look into it rather than ask it about a message. */
export function openStore(
  config: Config['reputation'],
  hasher: KeyHasher | null = null,
  hear: Partial<Pick<Faults, 'onAway' | 'onBack'>> = {},
): CounterStore {
  const { file, maxEntries, redis } = config;
  const halfLives = halfLivesOf(config);
  const fingerprint = hasher?.fingerprint ?? null;
  return config.store === 'redis'
    ? new RedisStore({ ...redis, halfLives, fingerprint, maxEntries, ...hear })
    : new SqliteStore(file, halfLives, maxEntries, fingerprint);
}

/** Tells of a fault when it begins, when it changes, and now and then while it lasts. */
class Faults {
  readonly #onFault: (fault: Error) => void;
  readonly #onBack: () => void;
  #last = '';
  #toldAt = 0;

  constructor(onFault: (fault: Error) => void, onBack: () => void) {
    this.#onFault = onFault;
    this.#onBack = onBack;
  }

  readonly onAway = (fault: Error): void => {
    const now = performance.now();
    if (fault.message === this.#last && now - this.#toldAt < TELL_EVERY_MS) return;
    this.#last = fault.message;
    this.#toldAt = now;
    this.#onFault(fault);
  };

  readonly onBack = (): void => {
    this.#last = '';
    this.#onBack();
  };
}
