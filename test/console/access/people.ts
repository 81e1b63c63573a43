import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { type Config, configSchema } from '../../../src/config/schema.ts';
import { addUser } from '../../../src/console/access/manage-users.ts';
import { openAccess } from '../../../src/console/access/open.ts';
import { consoleApp } from '../../../src/console/app.ts';
import type { Environment } from '../../../src/console/environment.ts';
import type { ConsoleParts } from '../../../src/console/parts.ts';
import type { Principal } from '../../../src/console/principal.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { type Ledger, openLedger } from '../../../src/ledger/writer.ts';
import { createLogger } from '../../../src/observe/log.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';

export const PASSWORD = 'a heron stands in the reeds';
export const ROOT: Principal = { name: 'root', role: 'admin', domains: null, address: null };

export interface People {
  readonly app: Hono<Environment>;
  readonly parts: ConsoleParts;
  readonly database: Database;
  readonly ledger: Ledger;
  /** What the parts take for now. */
  clock: Date;
  close(): Promise<void>;
}

/** The console over a database and a ledger of its own, with an administrator `pat`, an analyst `kim` of example.com, a viewer `lee`. */
export async function people(
  settings: Partial<Config['console']> = {},
  more: Partial<Pick<Config, 'database' | 'identity'>> = {},
): Promise<People> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-access-'));
  const plain = configSchema.parse({ ledger: { directory: join(folder, 'ledger') } });
  const config: Config = { ...plain, ...more, console: { ...plain.console, ...settings } };
  const log = createLogger({ level: 'error', addresses: 'full' });
  const metrics = createMetrics();
  const database = await openDatabase(config.database, join(folder, 'quarantine'));
  const ledger = await openLedger(config.ledger, metrics, log);
  const made = {
    clock: new Date('2026-03-02T12:00:00Z'),
    database,
    ledger,
    close: async () => {
      await ledger.close();
      await database.destroy();
      rmSync(folder, { recursive: true });
    },
  };
  const parts = {
    config: () => config,
    file: join(folder, 'postern.yaml'),
    database,
    ledger,
    metrics,
    log,
    health: async () => ({ ok: true, checks: {} }),
    now: () => made.clock,
    // What these pages never touch.
  } as unknown as ConsoleParts;
  const add = (name: string, role: string, domains: string[] | null) =>
    addUser(parts, ROOT, { name, role, domains, password: PASSWORD });
  await add('pat', 'admin', null);
  await add('kim', 'analyst', ['example.com']);
  await add('lee', 'viewer', null);
  return Object.assign(made, { parts, app: consoleApp(parts, openAccess(parts)) });
}

/** Posts a form. */
export function post(
  { app }: People,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  return app.request(path, { method: 'POST', body: new URLSearchParams(fields), headers });
}

/** The cookie of a new session. */
export async function signedIn(console: People, name: string, password = PASSWORD): Promise<string> {
  const answer = await post(console, '/sign-in', { name, password });
  return cookieOf(answer);
}

export function cookieOf(answer: Response): string {
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** The form token on a page. */
export async function formTokenFor({ app }: People, cookie: string, path = '/account'): Promise<string> {
  const text = await (await app.request(path, { headers: { cookie } })).text();
  return /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
}
