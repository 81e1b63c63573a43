import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { program, type Requirement } from '../../requirement.ts';
import { freePort } from './ports.ts';
import { until } from './wait.ts';

const run = promisify(execFile);

const PROMETHEUS = '/usr/bin/prometheus';
const PROMTOOL = '/usr/bin/promtool';
export const prometheusRequirement: Requirement = program('Prometheus', PROMETHEUS);

const sample = z.object({
  metric: z.record(z.string(), z.string()),
  value: z.tuple([z.number(), z.string()]),
});
export type Sample = z.infer<typeof sample>;

const answer = z.object({ status: z.literal('success'), data: z.object({ result: z.array(sample) }) });

const series = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(z.tuple([z.number(), z.string()])),
});
export type Series = z.infer<typeof series>;

const rangeAnswer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(series) }),
});

export interface Prometheus {
  readonly port: number;
  /** An instant query. Throws with what Prometheus said when it cannot be run. */
  query(expression: string): Promise<Sample[]>;
  /** The same for every second from `start` till now. */
  queryRange(expression: string, start: Date): Promise<Series[]>;
  /** Resolves when every target has been scraped with success this many times since the start. */
  scraped(times: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a Prometheus of its own with a configuration file like the one we ship. It is ready when this resolves.
 * `directory` is a folder of its own, for its storage and log.
 */
export async function startPrometheus(directory: string, configuration: string): Promise<Prometheus> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'prometheus.yml');
  await writeFile(file, configuration);
  const port = await freePort();
  const child = spawn(
    PROMETHEUS,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const logFile = join(directory, 'prometheus.log');
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const base = `http://127.0.0.1:${port}`;
  try {
    await until('Prometheus is ready', () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return answersOk(`${base}/-/ready`);
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(
      `Prometheus did not start: ${(error as Error).message}\n${await readFile(logFile, 'utf8')}`,
    );
  }
  const query = async (expression: string) =>
    answer.parse(await ask(base, 'query', { query: expression })).data.result;
  return {
    port,
    query,
    queryRange: async (expression, start) => {
      const times = { start: start.toISOString(), end: new Date().toISOString(), step: '1s' };
      return rangeAnswer.parse(await ask(base, 'query_range', { query: expression, ...times })).data.result;
    },
    scraped: async (times) => {
      await until(`Prometheus has scraped ${times} times`, async () => {
        const [counted] = await query('min(sum_over_time(up[1h]))');
        return counted !== undefined && Number(counted.value[1]) >= times;
      }).catch(async (error: Error) => {
        const targets = await fetch(`${base}/api/v1/targets`).then((response) => response.text());
        throw new Error(`${error.message}\n${targets}\n${await readFile(logFile, 'utf8')}`);
      });
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      log.end();
    },
  };
}

/** What `promtool check metrics` says of an exposition; empty when it has nothing to say. */
export async function checkMetrics(exposition: string): Promise<string> {
  const child = spawn(PROMTOOL, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => said.push(data));
  child.stderr.on('data', (data: Buffer) => said.push(data));
  const ended = once(child, 'close');
  child.stdin.end(exposition);
  const [code] = await ended;
  const text = Buffer.concat(said).toString();
  return code === 0 || text !== '' ? text : `promtool ended with ${code}`;
}

/** Throws with what promtool says when the configuration is wrong. */
export async function checkConfig(file: string): Promise<void> {
  await run(PROMTOOL, ['check', 'config', file]);
}

async function ask(base: string, path: string, parameters: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${base}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const body = await response.text();
  if (!response.ok) throw new Error(`Prometheus refuses ${parameters.query}: ${body}`);
  return JSON.parse(body);
}

/** A connection that is refused means that it is not ready yet. */
function answersOk(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}
