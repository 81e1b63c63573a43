import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { ConsoleParts } from '../../src/console/parts.ts';
import type { Principal } from '../../src/console/principal.ts';
import { databasePlace } from '../../src/database/open.ts';
import { openLedger } from '../../src/ledger/writer.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { type OpenQuarantine, openQuarantine } from '../../src/quarantine/disk.ts';
import { recordOf } from '../../src/quarantine/new-held.ts';
import { HeldRows, type NewHeld } from '../../src/quarantine/rows.ts';
import { exampleDecision, exampleMail } from '../../test/ledger/example-decision.ts';
import { keepingLogger } from '../../test/ledger/example-ledger.ts';
import { type ServedConsole, serveConsole } from '../../test/system/console/served-console.ts';
import { DOMAINS, inventHeld } from './invent.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Rows of one transaction. */
const AT_ONCE = 500;
/** Messages with their mail, to be opened. */
const WITH_MAIL = 25;

export const PEOPLE = [
  { name: 'ada', role: 'admin', domains: null, address: null },
  { name: 'ann', role: 'analyst', domains: DOMAINS.slice(0, 1), address: null },
] as const satisfies readonly Principal[];

export interface FilledConsole {
  readonly served: ServedConsole;
  readonly quarantine: OpenQuarantine;
  /** Of messages that can be opened with their mail. */
  readonly ids: readonly string[];
  readonly filledInSeconds: number;
  close(): Promise<void>;
}

/** A console over HTTP on loopback, with `count` held messages. `url` is that of PostgreSQL, null is SQLite. */
export async function fillConsole(count: number, url: string | null): Promise<FilledConsole> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-console-bench-'));
  const loaded = loadConfig(join(ROOT, 'config', 'postern.yaml'), {});
  const config = {
    ...loaded.config,
    database: { ...loaded.config.database, url, timeoutMs: 60_000 },
    quarantine: { ...loaded.config.quarantine, directory: join(directory, 'quarantine') },
    ledger: { ...loaded.config.ledger, directory: join(directory, 'ledger') },
  };
  const metrics = createMetrics();
  const quarantine = await openQuarantine(config, metrics);
  const ledger = await openLedger(config.ledger, metrics, keepingLogger().log);
  const begun = performance.now();
  await fill(new HeldRows(quarantine.database, databasePlace(config.database, directory)), count);
  const ids = await holdWithMail(quarantine);
  const filledInSeconds = (performance.now() - begun) / 1_000;
  const parts: ConsoleParts = {
    config: () => config,
    file: loaded.file,
    database: quarantine.database,
    quarantine,
    ledger,
    metrics,
    health: async () => ({ ok: true, checks: {} }),
    log: keepingLogger().log,
    now: () => new Date(),
  };
  const served = await serveConsole(parts, PEOPLE);
  const close = async () => {
    await served.close();
    await quarantine.close();
    await ledger.close();
    rmSync(directory, { recursive: true });
  };
  return { served, quarantine, ids, filledInSeconds, close };
}

async function fill(rows: HeldRows, count: number): Promise<void> {
  const record = recordOf(exampleDecision(exampleMail()));
  let waiting: NewHeld[] = [];
  for (const held of inventHeld(count, new Date())) {
    waiting.push({ held, record });
    if (waiting.length < AT_ONCE) continue;
    await rows.insertAll(waiting);
    waiting = [];
  }
  await rows.insertAll(waiting);
}

async function holdWithMail(quarantine: OpenQuarantine): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < WITH_MAIL; index += 1) {
    const mail = exampleMail();
    await quarantine.hold(mail, exampleDecision(mail), [`pat@${DOMAINS[0]}`]);
    ids.push(mail.id);
  }
  return ids;
}
