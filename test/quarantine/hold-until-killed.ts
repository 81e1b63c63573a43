// A process that holds one message after another, says each id once it is held, and goes on until it is killed.
import { configSchema } from '../../src/config/schema.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { openQuarantine } from '../../src/quarantine/disk.ts';
import { exampleDecision, exampleMail } from '../ledger/example-decision.ts';

const [directory = '', size = '1000'] = process.argv.slice(2);
const config = configSchema.parse({ quarantine: { directory } });
const quarantine = await openQuarantine(config, createMetrics());

async function holdOn(): Promise<void> {
  for (;;) {
    const mail = exampleMail({ content: bufferContent(Buffer.alloc(Number(size), 'x')) });
    await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
    process.stdout.write(`${mail.id}\n`);
  }
}

const [end] = await Promise.allSettled([holdOn(), holdOn(), holdOn()]);
const error: unknown = end.status === 'rejected' ? end.reason : null;
process.stdout.write(`${error instanceof Error && 'code' in error ? error.code : error}\n`);
