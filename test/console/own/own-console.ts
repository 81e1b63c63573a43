import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, configSchema } from '../../../src/config/schema.ts';
import { consoleApp } from '../../../src/console/app.ts';
import type { ConsoleParts } from '../../../src/console/parts.ts';
import type { Principal } from '../../../src/console/principal.ts';
import type { Decision } from '../../../src/decision.ts';
import { issueLinks, type LinkGrant } from '../../../src/digest/links.ts';
import { openLedger } from '../../../src/ledger/writer.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import { openQuarantine } from '../../../src/quarantine/disk.ts';
import { type Answer, FakeHop } from '../../gate/support/fake-hop.ts';
import { exampleDecision, exampleMail } from '../../ledger/example-decision.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';
import { accessFor, cookieHeader, TEST_FORM_TOKEN } from '../../system/console/served-console.ts';

const URL_OF_TEST = 'http://postern.inbox.example';
const HOST = { host: 'postern.inbox.example' };
export const ANNA = 'anna@inbox.example';
export const BELA = 'bela@inbox.example';
export const PEOPLE = [
  { name: 'anna', role: 'recipient', domains: null, address: ANNA },
  { name: 'bela', role: 'recipient', domains: null, address: BELA },
  { name: 'ada', role: 'admin', domains: null, address: null },
  { name: 'olga', role: 'analyst', domains: ['other.example'], address: null },
] as const satisfies readonly Principal[];

export interface OwnConsoleOptions {
  readonly release?: Config['console']['recipients']['release'];
  /** A PostgreSQL; null is SQLite in a folder of its own. */
  readonly database?: string | null;
  /** console.url; null for a browser, which comes by address. */
  readonly url?: string | null;
}

export type OwnConsole = Awaited<ReturnType<typeof ownConsole>>;

/** A console over a real quarantine, with a next hop that writes down what it gets, and does what `hop.answer` says. */
export async function ownConsole({
  release = 'self',
  database = null,
  url = URL_OF_TEST,
}: OwnConsoleOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-own-'));
  const says: { answer: (command: string) => Answer | undefined } = { answer: () => undefined };
  const hop = new FakeHop({ answer: (command) => says.answer(command) });
  await hop.start();
  const config = configSchema.parse({
    gate: { hostname: 'mx.inbox.example', nextHop: { host: '127.0.0.1', port: hop.port, tls: 'off' } },
    console: { url, recipients: { release } },
    digest: { from: 'postern@inbox.example', at: '07:00' },
    database: { url: database },
    quarantine: { directory: join(folder, 'quarantine') },
    ledger: { directory: join(folder, 'ledger') },
  });
  const metrics = createMetrics();
  const quarantine = await openQuarantine(config, metrics);
  const { log, lines } = keepingLogger();
  const ledger = await openLedger(config.ledger, metrics, log);
  const clock = { now: new Date() };
  const parts: ConsoleParts = {
    config: () => config,
    file: join(folder, 'postern.yaml'),
    database: quarantine.database,
    quarantine,
    ledger,
    metrics,
    health: async () => ({ ok: true, checks: {} }),
    log,
    now: () => clock.now,
  };
  const app = consoleApp(parts, accessFor(PEOPLE));
  return {
    app,
    parts,
    hop,
    says,
    clock,
    lines,
    metrics,
    hold: async (recipients: readonly string[] = [ANNA], changes: Partial<Decision> = {}) => {
      const subject = changes.subject ?? 'Your parcel';
      const bytes = `From: <orla@shop.example>\r\nSubject: ${subject.replace(/[^ -~]/g, '?')}\r\n\r\nPay.\r\n`;
      const mail = exampleMail({ content: bufferContent(Buffer.from(bytes)) });
      await quarantine.hold(
        mail,
        exampleDecision(mail, {
          fates: [{ verdict: 'quarantine', recipients, policy: 'default' }],
          ...changes,
        }),
        recipients,
      );
      return mail.id;
    },
    link: async (grant: LinkGrant, days = 7) => {
      const until = new Date(clock.now.getTime() + days * 86_400_000);
      const [token = ''] = await issueLinks(quarantine.database, [grant], until);
      return `/letters/${token}`;
    },
    /** A request of nobody, or of somebody. */
    get: (path: string, user?: string) =>
      app.request(path, {
        headers: { ...HOST, ...(user === undefined ? {} : { cookie: cookieHeader(user) }) },
      }),
    /** A link is opened (GET), looked at (HEAD), or its form sent (POST) by nobody who is signed in. */
    open: (method: 'GET' | 'HEAD' | 'POST', path: string) => app.request(path, { method, headers: HOST }),
    post: (path: string, user: string, fields: Readonly<Record<string, string>> = {}) =>
      app.request(path, {
        method: 'POST',
        headers: { ...HOST, cookie: cookieHeader(user) },
        body: new URLSearchParams({ token: TEST_FORM_TOKEN, ...fields }),
      }),
    send: (method: string, path: string, user: string, body: unknown) =>
      app.request(path, {
        method,
        headers: {
          ...HOST,
          cookie: cookieHeader(user),
          'content-type': 'application/json',
          'x-form-token': TEST_FORM_TOKEN,
        },
        body: JSON.stringify(body),
      }),
    close: async () => {
      await ledger.close();
      if (database !== null)
        for (const table of [
          'held',
          'held_fate',
          'held_words',
          'digests',
          'digest_links',
          'digest_off',
          'release_requests',
        ])
          await quarantine.database.deleteFrom(table as 'held').execute();
      await quarantine.close();
      await hop.close();
      rmSync(folder, { recursive: true });
    },
  };
}
