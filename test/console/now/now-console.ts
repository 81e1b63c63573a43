import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { LiveWindow, type Seen } from '../../../src/console/now/live.ts';
import type { ConsoleParts } from '../../../src/console/parts.ts';
import type { Principal } from '../../../src/console/principal.ts';
import { auditRecord } from '../../../src/ledger/record.ts';
import { openLedger } from '../../../src/ledger/writer.ts';
import type { Health } from '../../../src/observe/health.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import { openQuarantine } from '../../../src/quarantine/disk.ts';
import { keepingLogger } from '../../ledger/example-ledger.ts';
import { NOW } from './seen.ts';

export const PEOPLE = [
  { name: 'ada', role: 'admin', domains: null, address: null },
  { name: 'vic', role: 'viewer', domains: ['south.example'], address: null },
  { name: 'rae', role: 'recipient', domains: null, address: 'pat@north.example' },
] as const satisfies readonly Principal[];

const WELL: Health = {
  ok: true,
  checks: { inspection: 'ok', nextHop: 'ok', quarantine: 'ok', reputation: 'ok' },
};

export interface NowConsole {
  readonly parts: ConsoleParts;
  close(): Promise<void>;
}

/** A console beside a gate that saw these messages, with an empty quarantine and one change of the configuration. */
export async function nowConsole(seen: readonly Seen[], health: Health = WELL): Promise<NowConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-console-now-'));
  const loaded = loadConfig(join(import.meta.dirname, '../../../config/postern.yaml'), {});
  const config = {
    ...loaded.config,
    ledger: { directory: join(folder, 'ledger'), retentionDays: 30 },
    quarantine: { ...loaded.config.quarantine, directory: join(folder, 'quarantine') },
  };
  const metrics = createMetrics();
  metrics.buildInfo.set({ version: '0.7.0', node: 'v26', model: 'trees@7', features: '0' }, 1);
  metrics.inspectionRestarts.inc({ reason: 'hang' });
  const quarantine = await openQuarantine(config, metrics);
  const { log } = keepingLogger();
  const ledger = await openLedger(config.ledger, metrics, log, () => NOW);
  const change = {
    actor: 'ada',
    action: 'set',
    subject: 'config:policy.default.quarantine',
    before: '0.8',
    after: '0.7',
  };
  await ledger.append(auditRecord({ ...change, reason: 'trial', at: new Date(NOW.getTime() - 86_400_000) }));
  const live = new LiveWindow();
  for (const one of seen) live.add(one);
  return {
    parts: {
      config: () => config,
      file: loaded.file,
      quarantine,
      database: quarantine.database,
      ledger,
      metrics,
      health: async () => health,
      log,
      now: () => NOW,
      live,
    },
    close: async () => {
      await quarantine.close();
      await ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
}
