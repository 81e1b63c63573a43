import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { FAULT_POINTS } from '../../src/faults.ts';
import { mountSmallDisks, ORDERED_DISK_FAULTS, REAL_DISK_FAULTS } from './disks.ts';
import { Ground } from './ground.ts';
import { INSPECTION_FAULTS } from './inspection.ts';
import { KILLS, oldHour } from './kills.ts';
import { NEXT_HOP_FAULTS, SHUTDOWNS } from './next-hops.ts';
import { STORE_FAULTS } from './stores.ts';
import { type CaseResult, type FaultCase, type GroundName, Trial } from './trial.ts';

const ALL: readonly FaultCase[] = [
  ...KILLS,
  ...NEXT_HOP_FAULTS,
  ...SHUTDOWNS,
  ...ORDERED_DISK_FAULTS,
  ...REAL_DISK_FAULTS,
  ...STORE_FAULTS,
  ...INSPECTION_FAULTS,
];

export interface SuiteOptions {
  /** Only cases whose name has this in it. */
  readonly only?: string;
  /** Letters of each case. */
  readonly messages: number;
  readonly isQuick: boolean;
  /** Hears of each case when it is over. */
  readonly onResult: (result: CaseResult) => void;
}

export interface SuiteResult {
  readonly results: readonly CaseResult[];
  /** Cases that this machine cannot have, each with the reason. */
  readonly leftOut: readonly string[];
  /** Places that no process reached; null where only some cases ran. */
  readonly unreached: readonly string[] | null;
}

/** Runs the faults one after another, each with letters of its own. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { cases, leftOut } = chosen(options);
  const directory = await mkdtemp(join(tmpdir(), 'postern-faults-'));
  const results: CaseResult[] = [];
  const reached = new Set<string>();
  try {
    for (const [name, own] of Map.groupBy(cases, ({ ground }) => ground)) {
      await using opened = await openGround(name, join(directory, name), own);
      for (const one of own) {
        const result = await runCase(one, opened.ground, options.messages);
        results.push(result);
        options.onResult(result);
      }
      if (name === 'plain' && options.only === undefined) await ordinaryLife(opened.ground);
      for (const point of await opened.ground.reached()) reached.add(point);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const unreached = FAULT_POINTS.filter((point) => !reached.has(point));
  return { results, leftOut, unreached: options.only === undefined ? unreached : null };
}

function chosen({ only, isQuick }: SuiteOptions): {
  cases: readonly FaultCase[];
  leftOut: readonly string[];
} {
  const wanted = ALL.filter((one) =>
    only === undefined ? !isQuick || one.isQuick === true : one.name.includes(only),
  );
  if (getuid?.() === 0) return { cases: wanted, leftOut: [] };
  const [cases, leftOut] = [true, false].map((can) =>
    wanted.filter(({ ground }) => (ground !== 'small-disks') === can),
  );
  return {
    cases: cases ?? [],
    leftOut: (leftOut ?? []).map(({ name }) => `${name}: only root can mount a small file system`),
  };
}

async function runCase(one: FaultCase, ground: Ground, messages: number): Promise<CaseResult> {
  const start = performance.now();
  await ground.start();
  const trial = new Trial(ground, one.name, messages);
  const thrown: string[] = [];
  try {
    await one.run(trial);
  } catch (error) {
    thrown.push(error instanceof Error ? error.message : String(error));
  }
  await trial.off();
  ground.hop.behave('takes', 0);
  // It may have died where nobody wanted it to.
  if (thrown.length > 0) await ground.kill();
  await ground.start();
  const { accounts, problems } = await trial.settle();
  const seconds = (performance.now() - start) / 1000;
  return { name: one.name, id: one.id, seconds, accounts, problems: [...thrown, ...problems] };
}

/** Places that only a release, an orderly end or a start with an old file reaches: also where no case goes there. */
async function ordinaryLife(ground: Ground): Promise<void> {
  const [held] = ground.rows().filter(({ state }) => state === 'held');
  if (held !== undefined) {
    // The next hop refuses some letters the first time.
    const release = () => ground.postern.command('quarantine', 'release', held.id);
    await release().catch(release);
  }
  await ground.stop();
  await oldHour(ground);
  await ground.start();
  await ground.stop();
}

interface OpenGround extends AsyncDisposable {
  readonly ground: Ground;
}

async function openGround(
  name: GroundName,
  directory: string,
  cases: readonly FaultCase[],
): Promise<OpenGround> {
  await using parts = new AsyncDisposableStack();
  const orders = new Map(cases.map((one) => [one.name, one.orders ?? []]));
  const settings = await settingsOf(name, parts);
  const ground = parts.adopt(await Ground.open({ directory, orders, settings }), (it) => it.close());
  if (name === 'small-disks') {
    // The gate ends before its disks go.
    const unmount = await mountSmallDisks(directory);
    parts.defer(async () => {
      await ground.kill();
      await unmount();
    });
  }
  const kept = parts.move();
  return { ground, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function settingsOf(name: GroundName, parts: AsyncDisposableStack) {
  if (name === 'judging')
    return { detect: {}, inspection: { workers: 1, stallMs: 2_000, heapBytes: 268_435_456 } };
  if (name !== 'silent-dns') return {};
  const socket = parts.adopt(await silentDns(), (it) => void it.close());
  const servers = [`127.0.0.1:${socket.address().port}`];
  const dns = { enabled: true, servers, questionTimeoutMs: 200, messageTimeoutMs: 500 };
  return { authentication: { dns } };
}

async function silentDns(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
