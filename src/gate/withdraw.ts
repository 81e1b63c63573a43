import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../observe/log.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import { WHOLE } from '../quarantine/scope.ts';

const WITHDRAWING = { scope: WHOLE, by: 'postern' };

const PAUSE_MS = 1_000;

/** An hour: whoever operates the store has seen by then that it takes nothing. The log has the id. */
const ATTEMPTS = 3_600;

/**
 * Takes a held copy back: the sender still has the message and will send it again. Where the store refuses (it is full, it is locked)
 * the sender is not kept waiting, and the copy goes as soon as the store lets it, so that it is not held twice in the end.
 */
export async function withdraw(quarantine: Quarantine, id: string, log: Logger): Promise<void> {
  try {
    await quarantine.delete(id, WITHDRAWING);
  } catch (error) {
    log.error({ event: 'held_copy_not_withdrawn', id, err: error });
    void withdrawLater(quarantine, id, log);
  }
}

async function withdrawLater(quarantine: Quarantine, id: string, log: Logger): Promise<void> {
  let last: unknown = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await sleep(PAUSE_MS, undefined, { ref: false });
    try {
      await quarantine.delete(id, WITHDRAWING);
      log.info({ event: 'held_copy_withdrawn', id });
      return;
    } catch (error) {
      last = error;
    }
  }
  log.error({ event: 'held_copy_kept', id, err: last });
}
