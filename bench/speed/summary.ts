import { cpus } from 'node:os';
import type { Compared } from './compare.ts';
import { quantile, type Run } from './measure.ts';
import type { MessageSet } from './messages.ts';

/** Median of the rounds, and the least and the greatest of them. */
export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Row {
  readonly target: string;
  readonly connections: number;
  readonly messagesPerSecond: Figure;
  /** CPU of all processes of the target, milliseconds a message. */
  readonly cpuMs: Figure;
  /** Milliseconds. */
  readonly latency: { readonly p50: Figure; readonly p95: Figure; readonly p99: Figure };
  /** Over the latency straight to the sink in the same run, milliseconds; null where that was not measured. */
  readonly addedP50: number | null;
  /** Proportional set size. */
  readonly memoryMiB: Figure;
}

export interface Summary {
  readonly source: string;
  readonly messages: number;
  readonly meanBytes: number;
  readonly rounds: number;
  readonly cores: number;
  readonly processor: string;
  readonly rows: readonly Row[];
  /** Over all targets and runs: accepted and not arrived, arrived twice, arrived with another body. */
  readonly lost: number;
  readonly doubled: number;
  readonly changed: number;
}

/** Mail servers that fold long lines change bodies; that is theirs, and counted for ours alone. */
const KEEPS_BODIES = /^(direct|pipe|postern)/;

export function summaryOf(compared: readonly Compared[], set: MessageSet): Summary {
  const direct = new Map(
    compared
      .filter(({ target }) => target === 'direct')
      .map(({ connections, runs }) => [connections, figure(runs, ({ latency }) => latency.p50).median]),
  );
  const all = compared.flatMap(({ target, runs }) => runs.map((run) => ({ target, run })));
  const total = (count: (run: Run) => number) => all.reduce((sum, { run }) => sum + count(run), 0);
  return {
    source: set.source,
    messages: set.messages.length,
    meanBytes: Math.round(set.meanBytes),
    rounds: Math.max(...compared.map(({ runs }) => runs.length)),
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    rows: compared.map(({ target, connections, runs }) =>
      rowOf(target, connections, runs, direct.get(connections)),
    ),
    lost: total(({ lost }) => lost),
    doubled: total(({ doubled }) => doubled),
    changed: all
      .filter(({ target }) => KEEPS_BODIES.test(target))
      .reduce((sum, { run }) => sum + run.changed, 0),
  };
}

function rowOf(target: string, connections: number, runs: readonly Run[], direct: number | undefined): Row {
  const p50 = figure(runs, ({ latency }) => latency.p50);
  return {
    target,
    connections,
    messagesPerSecond: figure(runs, (run) => run.messagesPerSecond),
    cpuMs: figure(runs, (run) => run.cpuMs),
    latency: {
      p50,
      p95: figure(runs, ({ latency }) => latency.p95),
      p99: figure(runs, ({ latency }) => latency.p99),
    },
    addedP50: direct === undefined ? null : p50.median - direct,
    memoryMiB: figure(runs, (run) => run.peakMemory / 1_048_576),
  };
}

function figure(runs: readonly Run[], of: (run: Run) => number): Figure {
  const sorted = runs.map(of).sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}
