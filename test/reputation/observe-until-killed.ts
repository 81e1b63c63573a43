// A process that observes numbered senders, says which of them are flushed, and goes on until it is killed.
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { openReputation } from '../../src/reputation/open.ts';

const [file = ''] = process.argv.slice(2);
const config = {
  ...configSchema.parse({}).reputation,
  file,
  flushIntervalMs: 60_000,
  flushEntries: 1_000_000,
};
const reputation = openReputation(config, createMetrics());
for (let n = 0; ; n += 1) {
  const keys = [`domain:n${n}.example`] as const;
  reputation.observe({ kind: 'decision', at: new Date(), keys, verdict: 'accept', recipients: 1 });
  if (n % 10 !== 9) continue;
  await reputation.flush();
  process.stdout.write(`${n}\n`);
}
