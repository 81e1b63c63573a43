import type { Config } from '../../src/config/schema.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { OpenVessel, VesselHandlers } from '../../src/inspection/vessel.ts';
import type { ToWorker } from '../../src/inspection/wire.ts';

/** A worker that does what the test says. */
export class FakeVessel {
  readonly handlers: VesselHandlers;
  readonly received: ToWorker[] = [];
  isKilled = false;
  pulse = 0;

  constructor(handlers: VesselHandlers) {
    this.handlers = handlers;
  }

  post(message: ToWorker): void {
    this.received.push(message);
  }

  async kill(): Promise<void> {
    this.isKilled = true;
  }

  beats(): number {
    return this.pulse;
  }

  ready(): void {
    this.handlers.onMessage({ kind: 'ready', model: 'model@1', degraded: null });
  }

  crash(detail = 'gone'): void {
    this.handlers.onEnd({ reason: 'crash', detail });
  }

  /** Numbers of the jobs that it was given. */
  get jobs(): number[] {
    return this.received.flatMap((message) => (message.kind === 'inspect' ? [message.job] : []));
  }

  fail(job: number, detail = 'done'): void {
    this.handlers.onMessage({ kind: 'failed', job, step: null, detail });
  }
}

/** Makes fake workers, and keeps them in the order in which they were wanted. */
export function fakeVessels(): { readonly open: OpenVessel; readonly made: FakeVessel[] } {
  const made: FakeVessel[] = [];
  return {
    made,
    open: (_config, _beatMs, handlers) => {
      const vessel = new FakeVessel(handlers);
      made.push(vessel);
      return vessel;
    },
  };
}

export function configOf(inspection: Partial<Config['inspection']> = {}): Config {
  return configSchema.parse({ inspection });
}
