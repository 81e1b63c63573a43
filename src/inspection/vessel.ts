import '../no-telemetry.ts';
import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import type { FromWorker, ToWorker } from './wire.ts';
import type { WorkerSetup } from './worker.ts';

/** How a worker ended. `heap`: at the end of its memory, where that can be told. */
export interface End {
  readonly reason: 'crash' | 'heap';
  readonly detail: string;
}

export interface VesselHandlers {
  onMessage(message: FromWorker): void;
  /** Once, when nothing more comes from it. */
  onEnd(end: End): void;
}

/** What a worker runs in: a thread or a process. */
export interface Vessel {
  post(message: ToWorker): void;
  /** Ends it, whatever it is doing. Resolves when it is gone; a thread stuck in native code never is. */
  kill(): Promise<void>;
  /** How often it showed a sign of life. */
  beats(): number;
}

export type OpenVessel = (config: Config, beatMs: number, handlers: VesselHandlers) => Vessel;

export interface ThreadSetup extends WorkerSetup {
  /** One 32-bit counter. */
  readonly beats: SharedArrayBuffer;
}

const MIB = 1024 * 1024;
const SUFFIX = import.meta.url.slice(-3);

/** A thread: cheap to talk to, but native code that crashes in it takes the process along. */
export const openThread: OpenVessel = (config, beatMs, { onMessage, onEnd }) => {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  let end: End = { reason: 'crash', detail: 'the thread ended' };
  const worker = new Worker(new URL(`./thread-worker${SUFFIX}`, import.meta.url), {
    workerData: { config, beatMs, beats } satisfies ThreadSetup,
    resourceLimits: { maxOldGenerationSizeMb: heapMib(config) },
  });
  worker.on('message', onMessage);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'heap' : 'crash';
    end = { reason, detail: error.message };
  });
  worker.on('exit', () => onEnd(end));
  return {
    post: (message) => worker.postMessage(message),
    kill: async () => void (await worker.terminate()),
    beats: () => Atomics.load(counter, 0),
  };
};

/** A process: whatever a message does to it, nothing else is hurt. */
export const openProcess: OpenVessel = (config, beatMs, { onMessage, onEnd }) => {
  let beats = 0;
  const child = fork(new URL(`./trial-worker${SUFFIX}`, import.meta.url), [], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${heapMib(config)}`],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = Promise.withResolvers<void>();
  const ended = (end: End) => {
    gone.resolve();
    onEnd(end);
  };
  child.on('message', (message: FromWorker) => {
    beats += 1;
    onMessage(message);
  });
  child.on('error', (error) => child.pid === undefined && ended({ reason: 'crash', detail: error.message }));
  // Not `exit`: what it said last may still be on its way then.
  child.on('close', (code, signal) => ended({ reason: 'crash', detail: `it ended with ${signal ?? code}` }));
  child.send({ config, beatMs } satisfies WorkerSetup);
  return {
    post: (message) => void child.send(message, () => undefined),
    kill: () => {
      child.kill('SIGKILL');
      return gone.promise;
    },
    beats: () => beats,
  };
};

function heapMib(config: Config): number {
  return Math.max(1, Math.floor(config.inspection.heapBytes / MIB));
}
