import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Failure, failure } from './feed.ts';
import type { Job, Report } from './job.ts';
import type { Figures } from './loop.ts';
import { type Running, readScratch } from './scratch.ts';

/** One input may not take longer, whatever else the machine does. */
const HANG_MS = 5_000;
/** JavaScript objects of the process; an input has some kilobytes, and what it becomes is bounded by budgets. */
const HEAP_MIB = 256;
/** All memory of the process: buffers do not count as JavaScript objects. */
const RESIDENT_MIB = 1_024;
const LOOK_EVERY_MS = 200;
const PAGE_BYTES = 4_096;
const MIB = 1_024 * 1_024;

export interface Watched {
  readonly figures: Figures;
  /** What ended the process before its time, and the input that it was at. */
  readonly end: { readonly input: Buffer; readonly failure: Failure } | null;
}

/** Runs the process that feeds to its end, or ends it where an input hangs or memory grows. Rejects where it cannot start. */
export async function runWatched(
  job: Job,
  onReport: (report: Report) => void,
  hangMs = HANG_MS,
): Promise<Watched> {
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
    execArgv: [`--max-old-space-size=${HEAP_MIB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  const state: { figures: Figures; failure: Failure | null; input: Buffer | null; done: boolean } = {
    figures: { executions: 0, corpus: 0, blocks: 0 },
    failure: null,
    input: null,
    done: false,
  };
  child.on('message', (message) => {
    const report = message as Report;
    if (report.kind === 'figures' || report.kind === 'done') state.figures = report.figures;
    if (report.kind === 'done') state.done = true;
    if (report.kind === 'uncaught') {
      state.failure = report.failure;
      state.input = Buffer.from(report.input);
    }
    onReport(report);
  });
  const watch = new Watch(child, job.scratch, hangMs);
  child.send(job);
  const how = await ended(child);
  watch.stop();
  if (state.done) return { figures: state.figures, end: null };
  const { number, input } = readScratch(job.scratch);
  if (number === 0) throw new Error(`the fuzzed process did not start (${how}): ${errors}`);
  const found =
    state.failure ?? watch.failure ?? failure('dies', `the process ended by ${how}${reason(errors)}`, '');
  // Its last report is older than its last input.
  const figures = { ...state.figures, executions: Math.max(number, state.figures.executions) };
  return { figures, end: { input: state.input ?? input, failure: found } };
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}

function reason(errors: string): string {
  return /heap out of memory/i.test(errors) ? ', its heap was full' : '';
}

/** Ends a process whose input stands still for too long, or which takes too much memory. */
class Watch {
  readonly #child: ChildProcess;
  readonly #scratch: string;
  readonly #hangMs: number;
  readonly #timer: NodeJS.Timeout;
  #running: Running = { number: 0, input: Buffer.alloc(0) };
  #since = performance.now();
  failure: Failure | null = null;

  constructor(child: ChildProcess, scratch: string, hangMs: number) {
    this.#child = child;
    this.#scratch = scratch;
    this.#hangMs = hangMs;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const running = readScratch(this.#scratch);
    if (running.number !== this.#running.number) {
      this.#running = running;
      this.#since = performance.now();
    }
    if (running.number > 0 && performance.now() - this.#since > this.#hangMs) {
      this.#end(failure('hangs', `did not end within ${this.#hangMs} ms`, ''));
    } else if (residentMib(this.#child.pid) > RESIDENT_MIB) {
      this.#end(failure('dies', `the process took more than ${RESIDENT_MIB} MiB`, ''));
    }
  }

  #end(found: Failure): void {
    this.failure ??= found;
    this.#child.kill('SIGKILL');
  }
}

/** 0 where the system does not tell it, or the process has ended. */
function residentMib(pid: number | undefined): number {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1];
    return (Number(pages ?? 0) * PAGE_BYTES) / MIB;
  } catch {
    // Not Linux, or it ended between two looks: the limit of its heap still holds.
    return 0;
  }
}
