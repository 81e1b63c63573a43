import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';

/** How often it is looked whether a new day has begun. */
const LOOK_EVERY_MS = 3_600_000;

/** Of what the child says on standard error; the rest is in no log. */
const KEPT_CHARACTERS = 2_000;

const MAIN = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../main.ts' : '../../main.js', import.meta.url),
);

/**
 * Runs `postern compact` once a day (UTC), and once in the first hour, in a process of its own with the least priority: the mail is judged
 * in this one. A run that fails is logged, and tried again an hour later.
 */
export function compactDaily(
  configFile: string,
  log: Logger,
  run: (file: string, stop: AbortSignal) => Promise<void> = compactInChild,
): { readonly close: () => Promise<void> } {
  const stop = new AbortController();
  let done: string | null = null;
  let running: Promise<void> | null = null;
  const look = () => {
    const today = new Date().toISOString().slice(0, 10);
    if (done === today || running !== null) return;
    running = run(configFile, stop.signal)
      .then(
        () => {
          done = today;
        },
        (error: unknown) => {
          if (!stop.signal.aborted) log.error({ event: 'ledger_not_compacted', err: error });
        },
      )
      .finally(() => {
        running = null;
      });
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return {
    close: async () => {
      clearInterval(timer);
      stop.abort();
      await running;
    },
  };
}

/** `postern compact` with this configuration, from beginning to end. */
export function compactInChild(configFile: string, stop: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [MAIN, 'compact', '--config', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: stop,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_CHARACTERS);
  });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => {
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    });
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`postern compact ended with ${signal ?? code}: ${said}`)),
    );
  });
}
