// A process that appends records, says each id that was written, and goes on until it is killed or has to wait for the disk.
import { configSchema } from '../../src/config/schema.ts';
import { decisionRecord } from '../../src/ledger/record.ts';
import { type Ledger, openLedger } from '../../src/ledger/writer.ts';
import { createLogger } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { exampleDecision } from './example-decision.ts';
import { EXAMPLE_CONTEXT } from './example-ledger.ts';

const [directory = ''] = process.argv.slice(2);
const config = { ...configSchema.parse({}).ledger, directory };
const metrics = createMetrics();
const ledger: Ledger = await openLedger(
  config,
  metrics,
  createLogger(
    { level: 'error', addresses: 'full' },
    { write: (line) => void (line.includes('ledger_waits') && ledger.close()) },
  ),
);

async function appendOn(): Promise<void> {
  for (;;) {
    const record = decisionRecord(exampleDecision(), EXAMPLE_CONTEXT);
    if (!(await ledger.append(record))) return;
    process.stdout.write(`${record.id}\n`);
  }
}

await Promise.all(Array.from({ length: 5 }, appendOn));
const failures = (await metrics.ledgerFailures.get()).values[0]?.value;
process.stdout.write(`failures ${failures}\n`);
