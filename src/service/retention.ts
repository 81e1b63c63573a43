import type { Logger } from 'pino';

/** One store of what is about people, and how it is rid of what is past its time. */
export interface Sweep {
  readonly store: string;
  readonly run: (now: Date) => Promise<unknown>;
}

/** All of them, one after the other; a store that is away does not keep the others from it, and is tried again with the next sweep. Never rejects. */
export async function sweepAll(sweeps: readonly Sweep[], now: Date, log: Logger): Promise<void> {
  for (const { store, run } of sweeps) {
    try {
      await run(now);
    } catch (error) {
      log.error({ event: 'retention_failed', store, err: error }, 'past its time, and not removed yet');
    }
  }
}
