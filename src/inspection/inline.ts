import type { Config } from '../config/schema.ts';
import type { Decision } from '../decision.ts';
import { createResolver } from '../evidence/dns/resolver.ts';
import { inspect } from '../inspect.ts';
import type { Mail } from '../mail/mail.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { type OpenInstruments, openInstruments } from '../service/instruments.ts';
import type { Readiness } from './lane.ts';

/** Inspection on the thread of the gate: no copy of anything, and no isolation either. */
export async function openInline(
  config: Config,
  memory: Pick<Reputation, 'lookup'> | null,
): Promise<InlineInspection> {
  let degraded: string | null = null;
  const instruments = await openInstruments(config, {
    reputation: memory,
    resolver: config.authentication.dns.enabled ? createResolver(config.authentication.dns) : null,
    onDegraded: (error) => {
      degraded = error instanceof Error ? error.message : String(error);
    },
  });
  return new InlineInspection(instruments, degraded);
}

class InlineInspection {
  readonly readiness: Readiness;
  readonly #instruments: OpenInstruments;
  #busy = 0;

  constructor(instruments: OpenInstruments, degraded: string | null) {
    this.#instruments = instruments;
    this.readiness = { model: instruments.detectors.model?.id ?? null, degraded };
  }

  /** The gate's own thread counts as one worker. */
  get workers() {
    return { ready: 1, busy: this.#busy > 0 ? 1 : 0 };
  }

  async inspect(mail: Mail): Promise<Decision> {
    this.#busy += 1;
    try {
      return await inspect(mail, this.#instruments);
    } finally {
      this.#busy -= 1;
    }
  }

  close(): Promise<void> {
    return this.#instruments.close();
  }
}
