import { setTimeout as sleep } from 'node:timers/promises';
import { type DigestCounts, type DigestParts, dayOf, sendDigests } from '../digest/send.ts';
import { Mistake } from '../mistake.ts';
import type { Metrics } from '../observe/metrics.ts';

/** `digest.at` has minutes: it is met within the minute. */
const LOOK_EVERY_MS = 30_000;
const MINUTE_MS = 60_000;
/** Where no gate ran at the time, or the next hop was down: a letter of the morning still helps before noon, at night it only wakes people. */
export const LATE_MINUTES = 240;
/** After a try that failed for somebody. Six tries in all, over two and a half hours; the next day is another chance. */
export const RETRY_MINUTES = [5, 10, 20, 40, 80] as const;

/** The daily letters: when to send, and when again. A time that is turned back or changed is no harm: who had one today gets no other. */
export class DigestSchedule {
  readonly #parts: DigestParts;
  readonly #metrics: Pick<Metrics, 'digests'>;
  readonly #stopping = new AbortController();
  #day = '';
  #tries = 0;
  #next = 0;
  #running: Promise<void> | null = null;

  constructor(parts: DigestParts, metrics: Pick<Metrics, 'digests'>) {
    this.#parts = parts;
    this.#metrics = metrics;
  }

  /** Sends what is due now; one run at a time. Never rejects. */
  async look(): Promise<void> {
    if (this.#running !== null || !this.#isDue()) return;
    this.#running = this.#try();
    await this.#running;
    this.#running = null;
  }

  /** No further letter; the one under way is waited for, but not longer than `graceMs`: one that is cut off stays claimed. */
  async close(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = new AbortController();
    void this.#running?.then(resolve);
    if (this.#running === null) resolve();
    await Promise.race([promise, sleep(graceMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
  }

  #isDue(): boolean {
    const { at } = this.#parts.config().digest;
    if (at === null || this.#stopping.signal.aborted) return false;
    const now = this.#parts.now();
    const minutes = (now.getTime() - timeOfDay(now, at)) / MINUTE_MS;
    if (minutes < 0 || minutes >= LATE_MINUTES) return false;
    const day = dayOf(now);
    if (day !== this.#day) {
      this.#day = day;
      this.#tries = 0;
      this.#next = 0;
    }
    return this.#tries <= RETRY_MINUTES.length && now.getTime() >= this.#next;
  }

  async #try(): Promise<void> {
    const { log, now } = this.#parts;
    const again = await this.#send();
    const wait = again ? RETRY_MINUTES[this.#tries] : undefined;
    if (again && wait === undefined)
      log.error({ event: 'digests_given_up', tries: this.#tries + 1 }, 'letters wait for the next day');
    this.#tries = wait === undefined ? Number.POSITIVE_INFINITY : this.#tries + 1;
    this.#next = now().getTime() + (wait ?? 0) * MINUTE_MS;
  }

  /** Whether it is to be tried again. */
  async #send(): Promise<boolean> {
    const { log } = this.#parts;
    try {
      const counts = await sendDigests(this.#parts, this.#stopping.signal);
      countDigests(this.#metrics, counts);
      log.info({ event: 'digests', ...counts });
      return counts.failed > 0;
    } catch (error) {
      log.error({ event: 'digests_failed', err: error });
      return !(error instanceof Mistake);
    }
  }
}

/** Looks at the clock from now on; `close` ends it. */
export function watchDigests(
  parts: DigestParts,
  metrics: Pick<Metrics, 'digests'>,
): { close(): Promise<void> } {
  const schedule = new DigestSchedule(parts, metrics);
  const timer = setInterval(() => void schedule.look(), LOOK_EVERY_MS);
  void schedule.look();
  return {
    close: async () => {
      clearInterval(timer);
      await schedule.close(parts.config().gate.shutdownGraceMs);
    },
  };
}

export function countDigests({ digests }: Pick<Metrics, 'digests'>, counts: DigestCounts): void {
  for (const [outcome, count] of Object.entries(counts))
    if (outcome !== 'nothing') digests.inc({ outcome }, count);
}

/** The moment of that day at HH:MM, in the zone of the host. */
function timeOfDay(day: Date, at: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes).getTime();
}
