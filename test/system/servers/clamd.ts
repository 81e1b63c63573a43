import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { program, type Requirement } from '../../requirement.ts';
import { freePort } from './ports.ts';
import { until } from './wait.ts';

const CLAMD = '/usr/sbin/clamd';
export const clamdRequirement: Requirement = program('clamd', CLAMD);

export interface ClamdOptions {
  /** Name of a signature → text that it is found by, in any file. */
  readonly signatures: Readonly<Record<string, string>>;
  /** StreamMaxLength. */
  readonly maxBytes?: number;
}

export interface Clamd {
  /** Path of the unix socket. */
  readonly socket: string;
  /** `host:port` of the same daemon. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Starts a clamd that knows our own signatures and no others. It is ready when this resolves. `directory` is a folder of
 * its own, with a short path (a unix socket has about 100 characters).
 */
export async function startClamd(directory: string, options: ClamdOptions): Promise<Clamd> {
  const database = join(directory, 'database');
  const temporary = join(directory, 'tmp');
  await mkdir(database, { recursive: true });
  await mkdir(temporary, { recursive: true });
  await writeFile(join(database, 'ours.ndb'), signatureFile(options.signatures));
  // As root clamd may not change the owner of what it writes here.
  await Promise.all([directory, database, temporary].map((folder) => chmod(folder, 0o755)));
  const socket = join(directory, 'clamd.sock');
  const port = await freePort();
  const file = join(directory, 'clamd.conf');
  await writeFile(file, configuration({ database, temporary, socket, port, maxBytes: options.maxBytes }));
  const child = spawn(CLAMD, ['--foreground', `--config-file=${file}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (data: Buffer) => {
    log += data;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await until('clamd answers', () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return answersPing(socket);
    });
  } catch (error) {
    await stop();
    throw new Error(`clamd did not start: ${(error as Error).message}\n${log}`);
  }
  return { socket, address: `127.0.0.1:${port}`, stop };
}

/** Extended signatures: name, any type of file, any offset, the text in hexadecimal. */
function signatureFile(signatures: ClamdOptions['signatures']): string {
  return Object.entries(signatures)
    .map(([name, text]) => `${name}:0:*:${Buffer.from(text).toString('hex')}\n`)
    .join('');
}

interface Places {
  readonly database: string;
  readonly temporary: string;
  readonly socket: string;
  readonly port: number;
  readonly maxBytes: number | undefined;
}

function configuration({ database, temporary, socket, port, maxBytes }: Places): string {
  return [
    `DatabaseDirectory ${database}`,
    `TemporaryDirectory ${temporary}`,
    `LocalSocket ${socket}`,
    `TCPSocket ${port}`,
    'TCPAddr 127.0.0.1',
    'Foreground yes',
    'LogVerbose no',
    'MaxThreads 4',
    ...(maxBytes === undefined ? [] : [`StreamMaxLength ${maxBytes}`]),
    '',
  ].join('\n');
}

/** A connection that is refused means that it is not ready yet. */
function answersPing(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection({ path });
    let text = '';
    connection.on('connect', () => connection.write('zPING\0'));
    connection.on('data', (data: Buffer) => {
      text += data;
    });
    connection.on('error', () => resolve(false));
    connection.on('close', () => resolve(text.startsWith('PONG')));
  });
}
