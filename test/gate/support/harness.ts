import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { configSchema, type GateConfig } from '../../../src/config/schema.ts';
import type { Decision } from '../../../src/decision.ts';
import { type GateOptions, startGate } from '../../../src/gate/gate.ts';
import type { Result } from '../../../src/gate/session.ts';
import type { Mail } from '../../../src/mail/mail.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import type { Verdict } from '../../../src/policy/verdict.ts';
import type { Quarantine } from '../../../src/quarantine/quarantine.ts';
import { Chat } from './chat.ts';
import { FakeHop, type FakeHopOptions } from './fake-hop.ts';

type GateInput = NonNullable<Parameters<typeof configSchema.parse>[0] & object> & {
  gate?: Record<string, unknown>;
};

export interface HarnessOptions {
  readonly hop?: FakeHopOptions;
  /** Settings of `gate` over the defaults. */
  readonly gate?: Record<string, unknown>;
  readonly nextHop?: Record<string, unknown>;
  /** Verdict for a recipient; accept without. */
  readonly verdict?: (recipient: string) => Verdict;
  readonly inspect?: GateOptions['inspect'];
  readonly subjectPrefix?: string;
  readonly onDecision?: GateOptions['onDecision'];
}

/** A quarantine in memory that can be told to fail. */
export class MemoryQuarantine implements Pick<Quarantine, 'hold' | 'delete'> {
  readonly held = new Map<string, { readonly recipients: readonly string[]; readonly bytes: string }>();
  failure: Error | null = null;

  async hold(mail: Mail, _decision: Decision, recipients: readonly string[]): Promise<void> {
    if (this.failure !== null) throw this.failure;
    const bytes = (await mail.content.head(mail.content.size)).toString('latin1');
    this.held.set(mail.id, { recipients, bytes });
  }

  async delete(id: string): Promise<void> {
    this.held.delete(id);
  }
}

/** A real gate before a fake next hop. Everything ends with the test. */
export async function startHarness(options: HarnessOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'gate-'));
  const hop = new FakeHop(options.hop ?? { offers: ['PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES'] });
  await hop.start();
  const config = gateConfig(hop.port, directory, options);
  const quarantine = new MemoryQuarantine();
  const mails: { readonly mail: Mail; readonly bytes: string }[] = [];
  const results: Result[] = [];
  const metrics = createMetrics();
  const gate = await startGate({
    config,
    hostname: 'gate.example',
    authservId: 'gate.example',
    subjectPrefix: options.subjectPrefix ?? null,
    inspect: async (mail) => {
      mails.push({ mail, bytes: (await mail.content.head(mail.content.size)).toString('latin1') });
      return options.inspect ? options.inspect(mail) : decide(mail, options.verdict ?? (() => 'accept'));
    },
    quarantine: quarantine as Partial<Quarantine> as Quarantine,
    addedHeaders: (decision) => Buffer.from(`X-Postern-Verdict: ${decision.verdict}; by the test\r\n`),
    onDecision: (decision, result) => {
      results.push(result);
      options.onDecision?.(decision, result);
    },
    metrics,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => {
    await gate.close(0);
    await hop.close();
    await rm(directory, { recursive: true });
  });
  const port = gate.addresses[0]?.port ?? 0;
  return { gate, port, hop, quarantine, mails, results, metrics, directory, hello: () => Chat.hello(port) };
}

/** The message as the next hop got it, without the headers that the gate put before it. */
export function withoutOurs(message: string | undefined): string | undefined {
  return message?.replace(
    /^X-Postern-Verdict: \w+; by the test\r\nReceived: from .*\r\n(?:[ \t].*\r\n)*/,
    '',
  );
}

function decide(mail: Mail, verdict: (recipient: string) => Verdict): Decision {
  const fates = mail.envelope.rcptTo.map((recipient) => ({
    verdict: verdict(recipient),
    recipients: [recipient],
    policy: 'test',
  }));
  const decision: Partial<Decision> = { id: mail.id, fates, verdict: fates[0]?.verdict ?? 'accept' };
  return decision as Decision;
}

function gateConfig(port: number, directory: string, options: HarnessOptions): GateConfig {
  const input: GateInput = {
    gate: {
      listen: ['127.0.0.1:0'],
      spool: join(directory, 'spool'),
      nextHop: { host: '127.0.0.1', port, replyTimeoutMs: 2_000, ...options.nextHop },
      ...options.gate,
    },
  };
  return configSchema.parse(input).gate;
}
