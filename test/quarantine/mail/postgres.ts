import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { program, type Requirement } from '../../requirement.ts';

const BIN = '/usr/lib/postgresql/15/bin';

/** PostgreSQL as Debian installs it. It refuses to run as root, and becomes its own user where we are. */
export const POSTGRES: Requirement = program('PostgreSQL 15', join(BIN, 'postgres'));

export interface Postgres {
  readonly url: string;
  /** Ends it as a power cut does; `close` still removes its folder. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A server of its own on loopback, in a folder of its own. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-postgres-'));
  const data = join(folder, 'data');
  const user = process.getuid?.() === 0 ? userOf('postgres') : null;
  chmodSync(folder, 0o755);
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const arguments_ = ['-D', data, '-U', 'postern', '-A', 'trust', '-E', 'UTF8', '--no-locale'];
  execFileSync(join(BIN, 'initdb'), arguments_, { ...user, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const settings = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder];
  const server = spawn(join(BIN, 'postgres'), settings, { ...user, cwd: folder, stdio: 'ignore' });
  const url = `postgres://postern:password@127.0.0.1:${port}/postgres`;
  await answering(url);
  return {
    url,
    kill: () => ended(server, 'SIGQUIT'),
    close: async () => {
      await ended(server, 'SIGINT');
      rmSync(folder, { recursive: true });
    },
  };
}

function userOf(name: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  return address.port;
}

async function answering(connectionString: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await pause(50);
    }
  }
}

async function ended(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill(signal);
  await exit;
}
