import { configSchema } from '../../src/config/schema.ts';
import type { RecordContext } from '../../src/ledger/record.ts';
import { type Ledger, openLedger } from '../../src/ledger/writer.ts';
import { createLogger } from '../../src/observe/log.ts';
import type { Metrics } from '../../src/observe/metrics.ts';

export const EXAMPLE_CONTEXT: RecordContext = {
  gate: 'smtp',
  featureNames: ['links_share', 'html_share', 'links_count'],
  reputationKeys: ['domain:shop.example', 'network:192.0.2.0/24'],
  reply: { code: 250, text: '2.0.0 held' },
  seconds: 0.02,
  nextHopSeconds: null,
};

/** A logger that keeps what it was told. */
export function keepingLogger() {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger(
    { level: 'debug', addresses: 'full' },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  return { log, lines };
}

export async function exampleLedger(
  directory: string,
  metrics: Metrics,
  now: () => Date,
  log = keepingLogger().log,
): Promise<Ledger> {
  const config = configSchema.parse({ ledger: { directory, retentionDays: 30 } });
  return openLedger(config.ledger, metrics, log, now);
}
