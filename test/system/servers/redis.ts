import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { program, type Requirement } from '../../requirement.ts';
import { freePort } from './ports.ts';
import { until } from './wait.ts';

const REDIS = '/usr/bin/redis-server';
export const redisRequirement: Requirement = program('Redis', REDIS);

export interface RedisServer {
  readonly port: number;
  /** With the password, where it has one. */
  readonly url: string;
  /** Starts it again on the same port, with what it kept. */
  start(): Promise<void>;
  /** SIGTERM; it has written what it keeps when this resolves. Does nothing where it is stopped. */
  stop(): Promise<void>;
  /** SIGSTOP: it takes connections, as the system does that for it, and says nothing. */
  hang(): void;
  /** SIGCONT. */
  goOn(): void;
}

export interface RedisServerOptions {
  /** A folder of its own, for its log and what it keeps. */
  readonly directory: string;
  /** What was written is there after a stop and a start. */
  readonly keeps?: boolean;
  readonly password?: string;
}

/** Starts a Redis of its own on loopback. It answers when this resolves. */
export async function startRedis(options: RedisServerOptions): Promise<RedisServer> {
  const { directory, keeps = false, password } = options;
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  let child: ChildProcess | null = null;
  const stop = async () => {
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await ended;
    child = null;
  };
  const start = async () => {
    if (child !== null) return;
    child = await run(directory, port, [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory],
      ...['--save', '', '--appendonly', keeps ? 'yes' : 'no'],
      ...(password === undefined ? [] : ['--requirepass', password]),
    ]);
  };
  await start();
  return {
    port,
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}/0`,
    start,
    stop,
    hang: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
  };
}

async function run(directory: string, port: number, args: readonly string[]): Promise<ChildProcess> {
  const logFile = join(directory, 'redis.log');
  const child = spawn(REDIS, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.once('exit', () => log.end());
  try {
    await until('Redis answers', () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return answers(port);
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`Redis did not start: ${(error as Error).message}\n${await readFile(logFile, 'utf8')}`);
  }
  return child;
}

/** Whether it says anything to a PING; that we are nobody is an answer, too, but that it is still loading is not. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      resolve(!data.toString().includes('LOADING'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
