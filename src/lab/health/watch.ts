import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../observe/log.ts';
import type { Metrics } from '../../observe/metrics.ts';
import type { Looked } from './looked.ts';

/** Counts are by the hour, so nothing is new before. */
const EVERY_MS = 3_600_000;

/** After a start the gate takes mail first. */
const FIRST_MS = 60_000;

/** A look takes seconds; one that takes this long has a ledger too great for this machine, and is ended. */
const LONGEST_MS = 1_800_000;

export interface HealthWatch {
  /** Looks now; one look at a time. Never throws: what goes wrong is logged. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface HealthWatchOptions {
  /** The configuration's file. */
  readonly file: string;
  readonly metrics: Pick<Metrics, 'detectorAlarms' | 'featureDrift' | 'rulesUnderFloor'>;
  readonly log: Logger;
}

/** Looks at the health of the detectors every hour, in a process of its own with low priority: no message waits for it. */
export function watchHealth(options: HealthWatchOptions): HealthWatch {
  const { log } = options;
  let child: ChildProcess | null = null;
  let looking: Promise<void> | null = null;
  const told = new Set<string>();

  async function lookOnce(): Promise<void> {
    const started = fork(
      fileURLToPath(new URL(`./look${import.meta.url.slice(-3)}`, import.meta.url)),
      [options.file],
      {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        timeout: LONGEST_MS,
      },
    );
    child = started;
    const errors: Buffer[] = [];
    started.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
    let looked: Looked | null = null;
    started.once('message', (message: Looked) => {
      looked = message;
    });
    const [code, signal] = await once(started, 'close');
    child = null;
    if (looked !== null) tell(looked, options, told);
    else if (!isClosed)
      log.error(
        { event: 'health_not_known', code, signal, detail: textOf(errors) },
        'no look at the detectors',
      );
  }

  let isClosed = false;
  const look = (): Promise<void> => {
    looking ??= lookOnce()
      .catch((error: unknown) =>
        log.error({ event: 'health_not_known', err: error }, 'no look at the detectors'),
      )
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  const first = setTimeout(() => void look(), FIRST_MS).unref();
  const timer = setInterval(() => void look(), EVERY_MS).unref();
  return {
    look,
    async close() {
      isClosed = true;
      clearTimeout(first);
      clearInterval(timer);
      child?.kill();
      await looking;
    },
  };
}

/** `told` has the alarms of the last look: each is logged when it begins, and shown for as long as it lasts. */
export function tell(looked: Looked, { metrics, log }: HealthWatchOptions, told: Set<string>): void {
  metrics.detectorAlarms.reset();
  for (const [detector, words] of Object.entries(looked.alarms)) {
    metrics.detectorAlarms.set({ detector }, 1);
    if (!told.has(detector)) log.warn({ event: 'detector_alarm', detector }, words);
  }
  told.clear();
  for (const detector of Object.keys(looked.alarms)) told.add(detector);
  metrics.featureDrift.reset();
  for (const [group, index] of Object.entries(looked.drift ?? {})) metrics.featureDrift.set({ group }, index);
  if (looked.floor === null) return;
  const { rule, reason } = looked.floor;
  metrics.rulesUnderFloor.inc({ rule });
  log.warn({ event: 'rule_under_floor', rule, reason }, `${rule} went to shadow: ${reason}`);
}

/** Enough to find the cause. */
const MOST_DETAIL = 500;

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8').trim().slice(0, MOST_DETAIL);
}
