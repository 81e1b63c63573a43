import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { type HalfLives, halfLivesOf } from '../../reputation/fold.ts';
import type { KeyHasher } from '../../reputation/hashed.ts';
import { hasherOf, openStore } from '../../reputation/open.ts';
import type { CounterStore } from '../../reputation/store.ts';
import { UsageError } from '../failure.ts';

/** The memory of a configuration, for those who look into it. */
export interface Memory {
  readonly config: Config;
  readonly store: CounterStore;
  readonly halfLives: HalfLives;
  /** Null where names and addresses are kept as they are. */
  readonly hasher: KeyHasher | null;
}

/** Opens it for as long as `work` takes. Throws UsageError where there is none yet: looking must not make a file that the gate cannot write. */
export async function withMemory<T>(
  configFile: string,
  work: (memory: Memory) => Promise<T>,
  may: { readonly make: boolean } = { make: false },
): Promise<T> {
  const { config } = loadConfig(configFile, process.env);
  const { file, store: kind } = config.reputation;
  if (!may.make && kind === 'sqlite' && !existsSync(file)) {
    throw new UsageError(`${file}: is not there: this memory has not been begun (reputation.file)`);
  }
  const hasher = hasherOf(config.privacy);
  const store = openStore(config.reputation, hasher);
  try {
    return await work({ config, store, hasher, halfLives: halfLivesOf(config.reputation) });
  } finally {
    await store.close();
  }
}
