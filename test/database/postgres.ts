import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { program } from '../requirement.ts';

const BIN = '/usr/lib/postgresql/15/bin';

export const postgresRequirement = program('PostgreSQL 15', `${BIN}/postgres`, { root: true });

/** A server of its own on loopback; it may be stopped and started again. */
export interface PostgresServer {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends as a power cut does; `start` begins again from what is on disk. */
  kill(): Promise<void>;
  /** Stopped, and its folder removed. */
  close(): Promise<void>;
}

/** Starts one as the user `postgres` (it refuses root), without fsync: nobody cuts the power in a test. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-postgres-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const port = await freePort();
  const user = ['-u', 'postgres', '--'];
  const initdb = [
    `${BIN}/initdb`,
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postern',
    '-E',
    'UTF8',
    '--locale=C',
    '-N',
  ];
  execFileSync('runuser', [...user, ...initdb], { cwd: folder, stdio: 'pipe' });
  let server: ChildProcess | null = null;
  const settings = [
    'fsync=off',
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${folder}`,
  ];
  const start = async () => {
    const flags = settings.flatMap((one) => ['-c', one]);
    server = spawn(
      'setpriv',
      ['--reuid=postgres', '--regid=postgres', '--clear-groups', `${BIN}/postgres`, '-D', data, ...flags],
      {
        cwd: folder,
        stdio: 'ignore',
      },
    );
    for (let attempt = 0; !answers(port); attempt += 1) {
      if (attempt > 300 || server.exitCode !== null) throw new Error('PostgreSQL does not start');
      await sleep(100);
    }
  };
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const exit = once(running, 'exit');
    running.kill(signal);
    await exit;
  };
  // "Fast" shutdown: ends connections.
  const stop = () => end('SIGINT');
  const kill = () => end('SIGQUIT');
  await start();
  const close = async () => {
    await stop();
    rmSync(folder, { recursive: true });
  };
  return { url: `postgres://postern@127.0.0.1:${port}/postgres`, start, stop, kill, close };
}

function answers(port: number): boolean {
  try {
    execFileSync(`${BIN}/pg_isready`, ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    return true;
  } catch {
    // Not yet.
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
