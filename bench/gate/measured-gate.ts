import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import type { Decision } from '../../src/decision.ts';
import { startGate } from '../../src/gate/gate.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import type { Quarantine } from '../../src/quarantine/quarantine.ts';

/** What the process of the gate tells of itself. */
export interface Measured {
  /** CPU time of the process so far, user and system, in microseconds. */
  readonly cpu: number;
  /** The longest turn of the event loop since the last time it was asked, in milliseconds of the thread's CPU; 0 where turns are not watched. */
  readonly longestTurn: number;
  /** Greatest resident size so far, in bytes. */
  readonly peakMemory: number;
}

/** Arguments: the next hop's port, settings of `gate` as JSON, and `turns` to watch the event loop (which costs CPU). */
const [hop = '0', settings = '{}', watch] = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'measured-gate-'));
let longestTurn = 0;

const gate = await startGate({
  config: configSchema.parse({
    gate: {
      listen: ['127.0.0.1:0'],
      spool: directory,
      nextHop: { host: '127.0.0.1', port: Number(hop), tls: 'off' },
      ...JSON.parse(settings),
    },
  }).gate,
  hostname: 'gate.example',
  authservId: 'gate.example',
  subjectPrefix: null,
  inspect: async (mail) => accept(mail),
  quarantine: {} satisfies Partial<Quarantine> as Quarantine,
  addedHeaders: () => Buffer.from('X-Postern-Verdict: accept\r\n'),
  onDecision: () => undefined,
  metrics: createMetrics(),
  log: pino({ level: 'silent' }),
});

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const peakMemory = process.resourceUsage().maxRSS * 1024;
  process.send?.({ cpu: user + system, longestTurn, peakMemory } satisfies Measured);
  longestTurn = 0;
});
process.on('disconnect', async () => {
  await gate.close(0);
  await rm(directory, { recursive: true });
  // Turns are watched for ever.
  process.exit();
});
if (watch === 'turns') watchTurns(threadTime());
process.send?.({ port: gate.addresses[0]?.port });

/** From one immediate to the next is one turn: nobody else gets a word in between. CPU time, so that a busy machine changes nothing. */
function watchTurns(before: number): void {
  setImmediate(() => {
    const now = threadTime();
    longestTurn = Math.max(longestTurn, now - before);
    watchTurns(now);
  });
}

function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function accept(mail: Mail): Decision {
  const fates = [{ verdict: 'accept', recipients: mail.envelope.rcptTo, policy: 'bench' }] as const;
  return { id: mail.id, fates, verdict: 'accept' } satisfies Partial<Decision> as unknown as Decision;
}
