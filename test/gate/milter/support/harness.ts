import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { configSchema } from '../../../../src/config/schema.ts';
import type { Decision } from '../../../../src/decision.ts';
import { type MilterOptions, startMilter } from '../../../../src/gate/milter/milter.ts';
import type { Result } from '../../../../src/gate/session.ts';
import type { Mail } from '../../../../src/mail/mail.ts';
import { createMetrics } from '../../../../src/observe/metrics.ts';
import type { Verdict } from '../../../../src/policy/verdict.ts';
import type { Quarantine } from '../../../../src/quarantine/quarantine.ts';
import { MemoryQuarantine } from '../../support/harness.ts';
import { FakeMta } from './fake-mta.ts';

export interface MilterHarnessOptions {
  /** Settings of `milter` and `gate` over the defaults. */
  readonly milter?: Record<string, unknown>;
  readonly gate?: Record<string, unknown>;
  /** Verdict for a recipient; accept without. */
  readonly verdict?: (recipient: string) => Verdict;
  /** Waited for before a message is judged. */
  readonly before?: (mail: Mail) => Promise<unknown>;
  readonly subjectPrefix?: string;
  readonly addedHeaders?: MilterOptions['addedHeaders'];
  readonly learner?: MilterOptions['learner'];
}

/** A real milter on a port of its own. Everything ends with the test. */
export async function startMilterHarness(options: MilterHarnessOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'milter-'));
  const { gate, milter: config } = configSchema.parse({
    gate: { listen: [], spool: join(directory, 'spool'), ...options.gate },
    milter: { listen: ['127.0.0.1:0'], ...options.milter },
  });
  const quarantine = new MemoryQuarantine();
  const mails: { readonly mail: Mail; readonly bytes: string }[] = [];
  const results: Result[] = [];
  const warnings: string[] = [];
  const metrics = createMetrics();
  const milter = await startMilter({
    config,
    gate,
    authservId: 'gate.example',
    ...(options.learner && { learner: options.learner }),
    subjectPrefix: options.subjectPrefix ?? null,
    quarantine: quarantine as Partial<Quarantine> as Quarantine,
    metrics,
    log: pino({ level: 'warn' }, { write: (line) => warnings.push(line) }),
    inspect: async (mail) => {
      const bytes = (await mail.content.head(mail.content.size)).toString('latin1');
      mails.push({ mail, bytes });
      await options.before?.(mail);
      return decide(mail, options.verdict ?? (() => 'accept'));
    },
    addedHeaders:
      options.addedHeaders ??
      ((decision) =>
        Buffer.from(
          `X-Postern-Verdict: ${decision.verdict};\r\n by the test\r\nX-Postern-Reasons: none\r\n`,
        )),
    onDecision: (_decision, result) => results.push(result),
  });
  onTestFinished(async () => {
    await milter.close(0);
    await rm(directory, { recursive: true });
  });
  const address = milter.addresses[0] ?? '';
  return {
    milter,
    address,
    quarantine,
    mails,
    results,
    warnings,
    metrics,
    directory,
    /** A mail server whose client has greeted. */
    greeted: (offer?: Parameters<typeof FakeMta.greeted>[1]) => FakeMta.greeted(address, offer),
    spooled: () => readdir(join(directory, 'spool')),
    refusals: async (reason: string) => {
      const { values } = await metrics.refusals.get();
      const found = values.find(({ labels }) => labels.gate === 'milter' && labels.reason === reason);
      return found?.value ?? 0;
    },
  };
}

function decide(mail: Mail, verdict: (recipient: string) => Verdict): Decision {
  const fates = mail.envelope.rcptTo.map((recipient) => ({
    verdict: verdict(recipient),
    recipients: [recipient],
    policy: 'test',
  }));
  const decision = {
    id: mail.id,
    fates,
    verdict: fates[0]?.verdict ?? 'accept',
    assessment: { category: 'spam' },
  };
  return decision as unknown as Decision;
}
