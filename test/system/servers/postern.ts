import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { Held } from '../../../src/quarantine/quarantine.ts';
import { freePort } from './ports.ts';
import { until } from './wait.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(ROOT, 'src', 'main.ts');
/** A list of everything held may be long. */
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;

/** It takes two seconds where nothing else runs, and half a minute where everything does. */
const START_LIMIT_MS = 120_000;

/** A configuration as it is written: any of its keys, to any depth. */
export interface Settings {
  readonly [key: string]: unknown;
}

export interface Postern {
  readonly port: number;
  readonly metricsPort: number;
  readonly configFile: string;
  /** The process that listens, not one that started it. */
  readonly pid: number;
  metrics(): Promise<string>;
  /** Everything in quarantine, whatever its state, as the command line tells it. */
  held(): Promise<Held[]>;
  /** Runs a command of the command line with this configuration. Throws when it exits with another code than 0. */
  command(...args: string[]): Promise<string>;
  log(): Promise<string>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** The end, whoever brought it about. */
  readonly ended: Promise<void>;
  /** SIGKILL: the end without a goodbye. */
  kill(): Promise<void>;
}

export interface PosternOptions {
  /** Working folder: `var/` and the configuration go there. A second start in the same folder finds what the first left. */
  readonly directory: string;
  readonly nextHopPort: number;
  readonly settings?: Settings;
  readonly port?: number;
  /** Variables of the environment beside those of the one who runs the tests. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts `postern serve` from its sources. It is ready when this resolves. */
export async function startPostern(options: PosternOptions): Promise<Postern> {
  const { directory } = options;
  await mkdir(directory, { recursive: true });
  const port = options.port ?? (await freePort());
  const metricsPort = await freePort();
  const configFile = join(directory, 'postern.yaml');
  const own = ownSettings(port, metricsPort, options.nextHopPort);
  await writeFile(configFile, stringify(merged(own, options.settings ?? {})));
  const logFile = join(directory, 'postern.log');
  // The bundled Node runs the tests; it runs the gate without the wrapper of bin/, which a signal would hit instead.
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', configFile], {
    cwd: directory,
    env: { ...cleanEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const ended = once(child, 'exit').then(() => undefined);
  const log = () => readFile(logFile, 'utf8').catch(() => '(no log)');
  await ready(child, metricsPort, log);
  const command = (...args: string[]) => commandLine(options, configFile, args);
  return {
    port,
    metricsPort,
    configFile,
    pid: child.pid ?? 0,
    log,
    command,
    ended,
    metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    held: async () => jsonLines(await command('quarantine', 'list', '--all', '--limit', '1000000', '--json')),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      output.end();
      return child.exitCode;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
      output.end();
    },
  };
}

/** Everything on loopback, nothing asked of DNS, and no limit per client: all mail of a test comes from one. */
function ownSettings(port: number, metricsPort: number, nextHopPort: number): Settings {
  const config = join(ROOT, 'config');
  return {
    gate: {
      listen: [`127.0.0.1:${port}`],
      hostname: 'postern.example',
      nextHop: { host: '127.0.0.1', port: nextHopPort, tls: 'off' },
      limits: { messagesPerClientPerMinute: 1_000_000, messagesPerConnection: 1_000_000 },
    },
    authentication: { dns: { enabled: false } },
    identity: { people: null, lists: join(config, 'lists') },
    detect: { model: join(ROOT, 'models', 'postern-1'), rules: [join(config, 'rules')] },
    observe: { listen: `127.0.0.1:${metricsPort}` },
  };
}

async function ready(child: ChildProcess, port: number, log: () => Promise<string>): Promise<void> {
  try {
    await until(
      'Postern is ready',
      async () => {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
        return fetch(`http://127.0.0.1:${port}/readyz`).then(
          (response) => response.ok,
          () => false,
        );
      },
      START_LIMIT_MS,
    );
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`Postern did not start: ${(error as Error).message}\n${await log()}`);
  }
}

async function commandLine(
  { directory, environment }: PosternOptions,
  configFile: string,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await run(process.execPath, [MAIN, ...args, '--config', configFile], {
    cwd: directory,
    env: { ...cleanEnvironment(), ...environment },
    maxBuffer: OUTPUT_LIMIT_BYTES,
  });
  return stdout;
}

/** Variables of the one who runs the tests must not configure the gate. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('POSTERN_') && !name.startsWith('NODE_')),
  );
}

function jsonLines(text: string): Held[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** `more` over `base`; objects are merged, all else replaces. */
function merged(base: Settings, more: Settings): Settings {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(more)) {
    const old = result[key];
    result[key] = isSettings(old) && isSettings(value) ? merged(old, value) : value;
  }
  return result;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
