import type { Config } from '../config/schema.ts';
import { createResolver } from '../evidence/dns/resolver.ts';
import { inspect } from '../inspect.ts';
import { openInstruments } from '../service/instruments.ts';
import { type StepName, Steps } from '../steps.ts';
import { RemoteMemory } from './remote-memory.ts';
import { type FromWorker, fromWire, type ToWorker } from './wire.ts';

/** The gate, seen from a worker. */
export interface Gate {
  post(message: FromWorker): void;
  listen(hear: (message: ToWorker) => void): void;
  /** Says that the event loop turns. */
  beat(): void;
  /** Hears of steps; null where nobody asks. */
  readonly onStep: ((step: StepName | null) => void) | null;
}

export interface WorkerSetup {
  readonly config: Config;
  /** Milliseconds between two signs of life, while there are messages inside. */
  readonly beatMs: number;
}

/** Runs inspection in a thread or a process of its own: mails come in, decisions go out, until somebody ends it. */
export async function runWorker({ config, beatMs }: WorkerSetup, gate: Gate): Promise<void> {
  let degraded: string | null = null;
  const memory = new RemoteMemory((message) => gate.post(message));
  const instruments = await openInstruments(config, {
    reputation: memory,
    resolver: config.authentication.dns.enabled ? createResolver(config.authentication.dns) : null,
    onDegraded: (error) => {
      degraded = messageOf(error);
    },
  });
  const pulse = new Pulse(gate, beatMs);

  async function judge({ job, mail, leftOut }: ToWorker & { kind: 'inspect' }): Promise<void> {
    pulse.enter();
    const steps = new Steps(mail.envelope.mailFrom, {
      leftOut: new Set(leftOut),
      ...(gate.onStep === null ? {} : { onStep: gate.onStep }),
    });
    try {
      gate.post({ kind: 'decided', job, decision: await inspect(fromWire(mail), instruments, steps) });
    } catch (error) {
      gate.post({ kind: 'failed', job, step: steps.stepOf(error), detail: messageOf(error) });
    } finally {
      pulse.leave();
    }
  }

  gate.listen((message) => {
    if (message.kind === 'inspect') void judge(message);
    else memory.answer(message.lookup, message.answer);
  });
  gate.post({ kind: 'ready', model: instruments.detectors.model?.id ?? null, degraded });
}

/** Beats while there is something inside that could hang. */
class Pulse {
  readonly #gate: Gate;
  readonly #beatMs: number;
  #inside = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(gate: Gate, beatMs: number) {
    this.#gate = gate;
    this.#beatMs = beatMs;
  }

  enter(): void {
    this.#inside += 1;
    this.#gate.beat();
    this.#timer ??= setInterval(() => this.#gate.beat(), this.#beatMs).unref();
  }

  leave(): void {
    this.#inside -= 1;
    this.#gate.beat();
    if (this.#inside > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
