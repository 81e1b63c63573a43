import type { ClientJob } from './client.ts';
import type { Rig, Run } from './measure.ts';
import { startDirect } from './targets/direct.ts';
import { startHaraka } from './targets/haraka.ts';
import { startPipe } from './targets/pipe.ts';
import { startPostern } from './targets/postern.ts';
import { startPostfixRelay, startPostfixRspamd } from './targets/postfix.ts';
import { startRspamdHttp } from './targets/rspamd.ts';
import { startSpamd } from './targets/spamd.ts';
import type { StartTarget, Target } from './targets/target.ts';

/** What is compared, in the order of the page. */
export const TARGETS: Readonly<Record<string, StartTarget>> = {
  direct: startDirect,
  pipe: startPipe,
  postern: startPostern({ workers: null }),
  'postern-inline': startPostern({ workers: 0 }),
  postfix: startPostfixRelay,
  'postfix-rspamd': startPostfixRspamd,
  'rspamd-http': startRspamdHttp,
  haraka: startHaraka,
  spamd: startSpamd,
};

/** So slow that a few messages tell: with more, one target would take longer than all others. */
const SLOW = new Set(['spamd']);
const SLOW_SHARE = 0.05;

export interface CompareOptions {
  readonly targets: readonly string[];
  readonly connections: readonly number[];
  /** Messages of one run at several connections; a third at one. */
  readonly count: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly onProgress: (line: string) => void;
}

export interface Compared {
  readonly target: string;
  readonly connections: number;
  /** One a round. */
  readonly runs: readonly Run[];
}

/**
 * Every target with the same messages in the same order, a new connection for each message. Targets take turns within a round, so that
 * what else the machine does falls on all of them.
 */
export async function compare(rig: Rig, folder: string, options: CompareOptions): Promise<Compared[]> {
  const runs = new Map<string, Run[]>();
  const started = await startAll(rig, folder, options);
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      for (const connections of options.connections) {
        for (const [name, target] of started) {
          const run = await rig.run(target, shapeOf(name, connections, options.count));
          options.onProgress(`${round + 1} ${name} ×${connections}: ${run.messagesPerSecond.toFixed(0)}/s`);
          const key = `${name} ${connections}`;
          runs.set(key, [...(runs.get(key) ?? []), run]);
        }
      }
    }
  } finally {
    for (const target of started.values()) await target.close();
  }
  return [...runs].map(([key, of]) => {
    const [target = '', connections] = key.split(' ');
    return { target, connections: Number(connections), runs: of };
  });
}

async function startAll(rig: Rig, folder: string, options: CompareOptions): Promise<Map<string, Target>> {
  const started = new Map<string, Target>();
  for (const name of options.targets) {
    const start = TARGETS[name];
    if (start === undefined)
      throw new Error(`no target ${name}; there are ${Object.keys(TARGETS).join(', ')}`);
    const target = await start(rig.sinkPort, folder);
    if (target === null) {
      options.onProgress(`${name} is not installed, and left out`);
      continue;
    }
    started.set(name, target);
    await rig.run(target, shapeOf(name, 8, options.warmUp));
  }
  return started;
}

function shapeOf(
  name: string,
  connections: number,
  count: number,
): Pick<ClientJob, 'connections' | 'count' | 'perConnection'> {
  const share = (SLOW.has(name) ? SLOW_SHARE : 1) * (connections === 1 ? 1 / 3 : 1);
  return { connections, count: Math.max(connections, Math.round(count * share)), perConnection: 1 };
}
