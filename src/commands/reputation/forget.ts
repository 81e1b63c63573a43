import type { ReputationKey } from '../../reputation/key.ts';
import type { CounterStore } from '../../reputation/store.ts';
import { Progress } from '../progress.ts';
import { occursIn, type Sought } from './sought.ts';

/** Deleted at a time: one short transaction, so that a gate beside it waits for no more than that. */
const BATCH = 500;

/** Deletes one key, or every key in which the value occurs, in whatever part. Gives how many there were. */
export async function forget(store: CounterStore, sought: Sought): Promise<number> {
  if (sought.kind === 'key') return store.forget([sought.key]);
  const progress = new Progress('entries read');
  let batch: ReputationKey[] = [];
  let count = 0;
  let read = 0;
  for await (const [key] of store.entries()) {
    progress.at(++read);
    if (!occursIn(key, sought.values)) continue;
    batch.push(key);
    if (batch.length < BATCH) continue;
    count += await store.forget(batch);
    batch = [];
  }
  progress.end();
  return batch.length === 0 ? count : count + (await store.forget(batch));
}
