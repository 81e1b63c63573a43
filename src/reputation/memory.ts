import { type Counters, countersOf, type HalfLives, halfLivesOf, merge, standingOf } from './fold.ts';
import { isRemembered, type ReputationKey } from './key.ts';
import type { Observation, Reputation, Standing } from './reputation.ts';

/** Reputation that lives as long as the object: for judging old mail in time order, and for tests. */
export function memoryReputation(settings: {
  readonly halfLifeDays: number;
  readonly burstHalfLifeMinutes: number;
}): Reputation {
  return new MemoryReputation(halfLivesOf(settings));
}

/** The same knowledge, but it learns nothing. Closing it closes what is behind it. */
export function frozen(reputation: Reputation): Reputation {
  return {
    lookup: (keys, at) => reputation.lookup(keys, at),
    observe: () => undefined,
    flush: () => reputation.flush(),
    close: () => reputation.close(),
  };
}

class MemoryReputation implements Reputation {
  readonly #counters = new Map<ReputationKey, Counters>();
  readonly #halfLives: HalfLives;

  constructor(halfLives: HalfLives) {
    this.#halfLives = halfLives;
  }

  async lookup(keys: readonly ReputationKey[], at: Date): Promise<ReadonlyMap<ReputationKey, Standing>> {
    const found = new Map<ReputationKey, Standing>();
    for (const key of keys) {
      const counters = this.#counters.get(key);
      if (counters !== undefined) found.set(key, standingOf(counters, at, this.#halfLives));
    }
    return found;
  }

  observe(observation: Observation): void {
    const counters = countersOf(observation, this.#halfLives);
    if (counters === null) return;
    for (const key of new Set(observation.keys)) {
      if (!isRemembered(key)) continue;
      const before = this.#counters.get(key);
      this.#counters.set(key, before === undefined ? counters : merge(before, counters));
    }
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
