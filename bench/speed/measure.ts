import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientJob, ClientResult } from './client.ts';
import type { BenchMessage } from './messages.ts';
import { cpuSeconds, watchMemory } from './processes.ts';
import type { SinkReport } from './sink.ts';
import type { Target } from './targets/target.ts';

/** One run through one target. */
export interface Run {
  readonly messagesPerSecond: number;
  /** Of all processes of the target, a message; milliseconds. */
  readonly cpuMs: number;
  /** Milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Proportional set size, bytes, at its peak. */
  readonly peakMemory: number;
  readonly sent: number;
  readonly accepted: number;
  /** Accepted, and not at the sink; there more than once; there with another body. All must be 0. */
  readonly lost: number;
  readonly doubled: number;
  readonly changed: number;
  readonly codes: Readonly<Record<string, number>>;
}

/** Client and sink, each a process of its own, for all runs of a benchmark. */
export class Rig {
  readonly #client: ChildProcess;
  readonly #sink: ChildProcess;
  readonly #messages: readonly BenchMessage[];
  readonly sinkPort: number;
  #runs = 0;

  private constructor(
    client: ChildProcess,
    sink: ChildProcess,
    sinkPort: number,
    messages: readonly BenchMessage[],
  ) {
    this.#client = client;
    this.#sink = sink;
    this.#messages = messages;
    this.sinkPort = sinkPort;
  }

  static async open(messages: readonly BenchMessage[]): Promise<Rig> {
    const sink = fork(join(import.meta.dirname, 'sink.ts'));
    const [{ port }] = await once(sink, 'message');
    const client = fork(join(import.meta.dirname, 'client.ts'), [], { serialization: 'advanced' });
    client.send({ raw: messages.map(({ bytes }) => bytes.toString('latin1')) });
    await once(client, 'message');
    return new Rig(client, sink, port, messages);
  }

  async run(target: Target, shape: Pick<ClientJob, 'connections' | 'count' | 'perConnection'>): Promise<Run> {
    const { port, preamble, protocol } = target;
    this.#runs += 1;
    await this.#report();
    const memory = watchMemory(target.pids);
    const before = cpuSeconds(target.pids);
    this.#client.send({ ...shape, port, preamble, protocol, run: String(this.#runs) } satisfies ClientJob);
    const [result] = (await once(this.#client, 'message')) as [ClientResult];
    const cpu = cpuSeconds(target.pids) - before;
    const peakMemory = memory.stop();
    const arrived = protocol === 'smtp' ? await this.#arrived(result) : { lost: 0, doubled: 0, changed: 0 };
    const sorted = result.latencies.toSorted((a, b) => a - b);
    return {
      messagesPerSecond: result.accepted.length / result.seconds,
      cpuMs: (cpu * 1000) / result.accepted.length,
      latency: { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) },
      peakMemory,
      sent: shape.count,
      accepted: result.accepted.length,
      ...arrived,
      codes: result.codes,
    };
  }

  close(): void {
    this.#client.disconnect();
    this.#sink.disconnect();
  }

  async #report(): Promise<SinkReport['received']> {
    this.#sink.send('report');
    const [{ received }] = (await once(this.#sink, 'message')) as [SinkReport];
    return received;
  }

  /** A target with a queue of its own delivers after it answered: it has a minute for that. */
  async #arrived({ accepted }: ClientResult): Promise<Pick<Run, 'lost' | 'doubled' | 'changed'>> {
    const arrived = new Map<string, string[]>();
    for (let round = 0; round < 300; round += 1) {
      for (const [id, hashes] of Object.entries(await this.#report()))
        arrived.set(id, [...(arrived.get(id) ?? []), ...hashes]);
      if (accepted.every(([id]) => arrived.has(id))) break;
      await wait(200);
    }
    let [lost, doubled, changed] = [0, 0, 0];
    for (const [id, number] of accepted) {
      const hashes = arrived.get(id) ?? [];
      if (hashes.length === 0) lost += 1;
      if (hashes.length > 1) doubled += 1;
      if (hashes.length > 0 && hashes[0] !== this.#messages[number]?.bodyHash) changed += 1;
    }
    return { lost, doubled, changed };
  }
}

/** With linear interpolation between neighbours, as numpy's default. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at % 1);
}
