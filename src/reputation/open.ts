import type { Config } from '../config/schema.ts';
import type { Metrics } from '../observe/metrics.ts';
import { halfLivesOf } from './fold.ts';
import { hashedReputation, KeyHasher } from './hashed.ts';
import { makePrivacyKey, readPrivacyKey } from './privacy-key.ts';
import { StoredReputation } from './remember.ts';
import type { Reputation } from './reputation.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { CounterStore } from './store.ts';

/** The memory of senders that the configuration names. Throws where its file cannot be used, with the path and what to do. */
export function openReputation(
  config: Config['reputation'],
  metrics: Metrics,
  onFault: (fault: Error) => void = (fault) => process.emitWarning(fault),
  privacy: Config['privacy'] = PLAIN,
): Reputation {
  const { cacheBytes, flushEntries, flushIntervalMs } = config;
  const halfLives = halfLivesOf(config);
  const hasher = hasherOf(privacy);
  const store = openStore(config, hasher);
  const reputation = new StoredReputation({
    store,
    halfLives,
    cacheBytes,
    flushEntries,
    flushIntervalMs,
    metrics,
    onFault,
  });
  return hasher === null ? reputation : hashedReputation(reputation, hasher);
}

/** What a store says nothing of is plain; one that was filled otherwise refuses. */
const PLAIN: Config['privacy'] = { addresses: 'plain', keyFile: '' };

/** The hashes of names and addresses, their key made where it is missing; null where the memory keeps them as they are. */
export function hasherOf({ addresses, keyFile }: Config['privacy']): KeyHasher | null {
  return addresses === 'plain' ? null : new KeyHasher(readPrivacyKey(keyFile) ?? makePrivacyKey(keyFile));
}

/** The store alone, for those who look into it rather than ask it about a message. */
export function openStore(config: Config['reputation'], hasher: KeyHasher | null = null): CounterStore {
  return new SqliteStore(config.file, halfLivesOf(config), config.maxEntries, hasher?.fingerprint ?? null);
}
