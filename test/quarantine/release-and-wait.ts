// A process that claims a message for release, says so, and never comes to an end.
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { openQuarantine } from '../../src/quarantine/disk.ts';
import { WHOLE } from '../../src/quarantine/scope.ts';

const [directory = '', id = ''] = process.argv.slice(2);
const quarantine = await openQuarantine(configSchema.parse({ quarantine: { directory } }), createMetrics());
await quarantine.release(id, { scope: WHOLE, by: 'ada' }, async () => {
  process.stdout.write('claimed\n');
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
});
