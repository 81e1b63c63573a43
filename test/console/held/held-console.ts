import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { consoleApp } from '../../../src/console/app.ts';
import type { ConsoleParts } from '../../../src/console/parts.ts';
import type { Principal } from '../../../src/console/principal.ts';
import type { Decision } from '../../../src/decision.ts';
import { Desk } from '../../../src/feedback/desk.ts';
import { heldMailOf } from '../../../src/feedback/held-mail.ts';
import { CaseStore } from '../../../src/lab/cases/store.ts';
import { readLedger } from '../../../src/ledger/reader.ts';
import { type AuditRecord, decisionRecord } from '../../../src/ledger/record.ts';
import { openLedger } from '../../../src/ledger/writer.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import { openQuarantine } from '../../../src/quarantine/disk.ts';
import { memoryReputation } from '../../../src/reputation/memory.ts';
import { FakeHop } from '../../gate/support/fake-hop.ts';
import { exampleDecision, exampleMail } from '../../ledger/example-decision.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';
import { accessFor, cookieHeader, TEST_FORM_TOKEN } from '../../system/console/served-console.ts';

export const PEOPLE = [
  { name: 'ada', role: 'admin', domains: null, address: null },
  { name: 'bob', role: 'analyst', domains: null, address: null },
  { name: 'ann', role: 'analyst', domains: ['north.example'], address: null },
  { name: 'sue', role: 'analyst', domains: ['south.example'], address: null },
  { name: 'vic', role: 'viewer', domains: ['north.example'], address: null },
] as const satisfies readonly Principal[];

export interface HeldMail {
  readonly to?: readonly string[];
  readonly raw?: string;
  readonly changes?: Partial<Decision>;
}

export type HeldConsole = Awaited<ReturnType<typeof heldConsole>>;

/** A console over a real quarantine, ledger, configuration file and next hop; `url` of a PostgreSQL instead of SQLite. */
export async function heldConsole(url: string | null = null) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-console-held-'));
  let isDown = false;
  const hop = new FakeHop({ answer: (command) => (isDown && command === 'CONNECT' ? 'CLOSE' : undefined) });
  await hop.start();
  const path = join(folder, 'postern.yaml');
  writeFileSync(
    path,
    `gate:
  listen: [127.0.0.1:0]
  hostname: mx.test
  nextHop: { host: 127.0.0.1, port: ${hop.port}, tls: off }
detect: { model: null, rules: [] }
quarantine: { directory: ${join(folder, 'quarantine')} }
ledger: { directory: ${join(folder, 'ledger')} }
feedback: { cases: ${join(folder, 'cases')} }
lab: { data: ${join(folder, 'data')} }
${url === null ? '' : `database: { url: ${url} }\n`}`,
  );
  const { config, file } = loadConfig(path, {});
  const metrics = createMetrics();
  const { log } = keepingLogger();
  const now = () => new Date('2026-03-20T16:00:00Z');
  const quarantine = await openQuarantine(config, metrics);
  const ledger = await openLedger(config.ledger, metrics, log);
  const stores = {
    directory: config.ledger.directory,
    ledger,
    reputation: memoryReputation(config.reputation),
  };
  const cases = await CaseStore.open(config.feedback.cases);
  const desk = new Desk({ ...stores, cases, heldMail: heldMailOf(quarantine) });
  const parts: ConsoleParts = {
    config: () => config,
    file,
    database: quarantine.database,
    quarantine,
    ledger,
    feedback: { desk, stores },
    metrics,
    health: async () => ({ ok: true, checks: {} }),
    log,
    now,
  };
  const app = consoleApp(parts, accessFor(PEOPLE));

  async function hold({ to = ['pat@north.example'], raw, changes = {} }: HeldMail = {}): Promise<string> {
    const example = exampleMail({
      id: newMailId(),
      ...(raw === undefined ? {} : { content: bufferContent(Buffer.from(raw)) }),
    });
    const mail = { ...example, envelope: { ...example.envelope, rcptTo: to } };
    const fates = [{ verdict: 'quarantine' as const, recipients: to, policy: 'default' }];
    const decision = exampleDecision(mail, { fates, receivedAt: new Date(), ...changes });
    await quarantine.hold(mail, decision, to);
    const outcome = { gate: 'smtp', reply: null, seconds: 0.1, nextHopSeconds: null };
    const featureNames = ['a', 'b', 'c'];
    await ledger.append(decisionRecord(decision, { ...outcome, featureNames, reputationKeys: [] }));
    return mail.id;
  }

  function get(user: string, to: string) {
    return app.request(to, { headers: { cookie: cookieHeader(user) } });
  }
  /** A form as the pages send it. */
  function post(user: string, to: string, fields: Record<string, string | string[]>, language = 'en') {
    const body = new URLSearchParams({ token: TEST_FORM_TOKEN });
    for (const [name, values] of Object.entries(fields))
      for (const value of [values].flat()) body.append(name, value);
    const headers = { cookie: cookieHeader(user), 'accept-language': language };
    return app.request(to, { method: 'POST', body, headers });
  }
  return {
    parts,
    path,
    hop,
    stores,
    /** The next hop hangs up on everybody, or does no longer. */
    down: (is: boolean) => {
      isDown = is;
    },
    hold,
    get,
    post,
    records: async (): Promise<AuditRecord[]> =>
      Array.fromAsync(readLedger(config.ledger.directory, { kind: 'audit' })),
    cases: () => cases.list(() => undefined),
    async close() {
      await desk.close();
      await quarantine.close();
      await ledger.close();
      await hop.close();
      rmSync(folder, { recursive: true });
    },
  };
}
