import { type Counters, countersOf, merge, standingOf } from './fold.ts';
import { isRemembered } from './key.ts';
import type { Observation, Reputation, ReputationKey, Standing } from './reputation.ts';

const DAY_MS = 86_400_000;

/** Reputation that lives as long as the object: for judging old mail in time order, and for tests. */
export function memoryReputation(settings: { readonly halfLifeDays: number }): Reputation {
  return new MemoryReputation(settings.halfLifeDays * DAY_MS);
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
  readonly #halfLifeMs: number;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  async lookup(keys: readonly ReputationKey[], at: Date): Promise<ReadonlyMap<ReputationKey, Standing>> {
    const found = new Map<ReputationKey, Standing>();
    for (const key of keys) {
      const counters = this.#counters.get(key);
      if (counters !== undefined) found.set(key, standingOf(counters, at, this.#halfLifeMs));
    }
    return found;
  }

  observe(observation: Observation): void {
    const counters = countersOf(observation, this.#halfLifeMs);
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
