import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 120_000;
const STOP_MS = 10_000;

/** Whether a program is there. */
export async function isInstalled(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export interface Started {
  readonly pid: number;
  /** By SIGTERM; by SIGKILL where that is not enough. */
  stop(): Promise<void>;
}

/** Starts a program that listens on `port` of loopback; resolves when it does. Throws with its last words where it ends before. */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: { readonly port: number; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Started> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      words = `${words}${chunk}`.slice(-2_000);
    });
  for (const until = Date.now() + START_MS; ; await wait(200)) {
    if (await listens(options.port)) break;
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`${command} did not start: ${words}`);
    }
  }
  return { pid: child.pid ?? 0, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(late);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
