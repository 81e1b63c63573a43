import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { startDns } from '../dns.ts';
import type { StartTarget, Target } from './target.ts';

const START_MS = 60_000;

export interface PosternOptions {
  /** Threads that inspect; null is what the configuration's default gives. */
  readonly workers: number | null;
  /** Further options of Node, such as --cpu-prof. */
  readonly node?: readonly string[];
  /** Further keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The whole service as `postern serve` runs it, with everything on: authentication, all evidence, model, rules, memory, ledger. Nothing is held. */
export function startPostern(options: PosternOptions): StartTarget {
  return async (sinkPort, folder) => {
    const home = join(folder, `postern-${options.workers ?? 'default'}`);
    await mkdir(home, { recursive: true });
    const port = await freePort();
    const observe = await freePort();
    const dns = await startDns();
    const file = join(home, 'postern.yaml');
    await writeFile(file, stringify(configOf(options, { port, observe, sinkPort, dns: dns.address })));
    const script = join(import.meta.dirname, '../../../bin/postern.js');
    const child = spawn(process.execPath, [...(options.node ?? []), script, 'serve', '-c', file], {
      cwd: home,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await untilReady(observe, child);
    return {
      port,
      protocol: 'smtp',
      // As a load balancer says it: a client that is not on this host, so that nothing is skipped for it.
      preamble: `PROXY TCP4 198.51.100.7 127.0.0.1 40000 25\r\n`,
      pids: child.pid === undefined ? [] : [child.pid],
      close: async () => {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
        dns.close();
      },
    } satisfies Target;
  };
}

interface Places {
  readonly port: number;
  readonly observe: number;
  readonly sinkPort: number;
  readonly dns: string;
}

function configOf({ workers, config }: PosternOptions, { port, observe, sinkPort, dns }: Places) {
  const never = 1_000_000_000;
  return {
    gate: {
      listen: [`127.0.0.1:${port}`],
      hostname: 'gate.example',
      proxiedFrom: ['127.0.0.1'],
      nextHop: { host: '127.0.0.1', port: sinkPort, tls: 'off' },
      limits: { connectionsPerClient: 10_000, messagesPerClientPerMinute: never },
    },
    inspection: { workers },
    authentication: { dns: { servers: [dns] } },
    identity: { ownDomains: ['example.com'] },
    policy: { default: { tag: null, quarantine: null } },
    observe: { listen: `127.0.0.1:${observe}`, log: { level: 'warn' } },
    ...config,
  };
}

async function untilReady(port: number, child: { readonly exitCode: number | null }): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until; await wait(100)) {
    if (child.exitCode !== null) throw new Error(`postern ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
  }
  throw new Error(`postern was not ready within ${START_MS} ms`);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
