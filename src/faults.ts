import { appendFileSync, existsSync } from 'node:fs';
import { kill, pid } from 'node:process';

/**
 * Places between two effects of a message's way, by name: what a test stops, breaks or kills there, a real machine may break there,
 * too. Every name is reached by the fault suite (`npm run test:faults`).
 */
export const FAULT_POINTS = [
  'spool:opened',
  'spool:written',
  'spool:closed',
  'message:received',
  'message:inspected',
  'hold:written',
  'hold:synced',
  'hold:renamed',
  'hold:folder-synced',
  'hold:inserted',
  'relay:narrowed',
  'relay:begun',
  'relay:sent',
  'relay:answered',
  'withdraw:begun',
  'withdraw:marked',
  'withdraw:removed',
  'message:settled',
  'message:recorded',
  'spool:removed',
  'message:answered',
  'ledger:opened',
  'ledger:begun',
  'ledger:appended',
  'ledger:compressed',
  'ledger:renamed',
  'release:claimed',
  'release:delivered',
  'release:marked',
  'shutdown:begun',
  'shutdown:gate-closed',
  'shutdown:stores-closed',
] as const;

/** A named place, or the beginning of a step of inspection. */
export type FaultPoint = (typeof FAULT_POINTS)[number] | `step:${string}`;

/** One fault, as `POSTERN_FAULTS` (a JSON array of these) orders it. */
export interface Fault {
  readonly at: FaultPoint;
  /**
   * `kill` ends the process as SIGKILL does, `abort` as a crash in native code does, `hang` blocks the thread for good,
   * `exhaust` uses up its heap, `throw` throws an error with `code`.
   */
  readonly do: 'kill' | 'abort' | 'hang' | 'exhaust' | 'throw';
  /** Of a thrown error: ENOSPC, EIO … */
  readonly code?: string;
  /** The time of reaching it that counts, from 1 on in each thread; every time where it is not given. */
  readonly nth?: number;
  /** Only where the place says that it is about this: the sender of the envelope. */
  readonly about?: string;
  /** Only as long as this file exists: so whoever ordered it can let the disk be full, and have room again. */
  readonly while?: string;
}

const FAULTS: readonly Fault[] = JSON.parse(process.env.POSTERN_FAULTS ?? '[]');
/** A file to which each thread adds the names of the places that it reached, each once: the suite tells from it which were. */
const TRACE = process.env.POSTERN_FAULTS_TRACE;
const reached = new Map<Fault, number>();
const traced = new Set<FaultPoint>();

/** Does nothing, unless the environment ordered a fault for this place. */
export function faultPoint(point: FaultPoint, about: string | null = null): void {
  if (TRACE !== undefined && !traced.has(point)) {
    traced.add(point);
    appendFileSync(TRACE, `${point}\n`);
  }
  if (FAULTS.length === 0) return;
  for (const fault of FAULTS) {
    if (fault.at !== point || (fault.about !== undefined && fault.about !== about)) continue;
    if (fault.while !== undefined && !existsSync(fault.while)) continue;
    const times = (reached.get(fault) ?? 0) + 1;
    reached.set(fault, times);
    if (fault.nth === undefined || fault.nth === times) commit(fault);
  }
}

function commit(fault: Fault): void {
  switch (fault.do) {
    case 'kill':
      kill(pid, 'SIGKILL');
      break;
    case 'abort':
      // Not process.abort(), which a thread does not have.
      kill(pid, 'SIGABRT');
      break;
    case 'hang':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      break;
    case 'exhaust':
      exhaust();
      break;
    case 'throw':
      throw Object.assign(new Error(`fault ordered at ${fault.at}`), { code: fault.code ?? 'EIO' });
  }
}

function exhaust(): never {
  const hoard: string[][] = [];
  for (;;) hoard.push(Array.from({ length: 1e5 }, (_, i) => `${hoard.length} ${i}`));
}
