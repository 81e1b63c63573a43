import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { loadConfig } from '../../config/load.ts';
import type { AuditRecord } from '../../ledger/record.ts';
import { openLineage } from '../lineage/open.ts';
import { sourcesOf } from '../lineage/tree.ts';
import { holdFloor } from './floor.ts';
import { DEFAULT_HOURS, healthOf, PRECISION_DAYS } from './health.ts';
import type { Looked } from './looked.ts';
import { alarmWords } from './words.ts';

// The process of watch.ts: looks once at the ledger of a configuration, tells what it saw, and ends.
const [file] = process.argv.slice(2);
if (file === undefined || process.send === undefined) throw new Error('look.ts is a process of watch.ts');
// Mail goes first.
setPriority(constants.priority.PRIORITY_LOW);
process.once('disconnect', () => process.exit());

try {
  const looked = await look(file, new Date());
  process.send?.(looked, () => process.disconnect?.());
} catch (error) {
  // One line for the log of the gate, not a stack.
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
  process.disconnect?.();
}

async function look(path: string, now: Date): Promise<Looked> {
  const { config } = loadConfig(path, process.env);
  let floor: AuditRecord | null = null;
  const health = await healthOf({
    since: new Date(now.getTime() - DEFAULT_HOURS * 3_600_000),
    until: now,
    ledger: config.ledger.directory,
    ...(existsSync(config.lab.data) ? { parquet: config.lab.data } : {}),
    alsoWith: async (data) => {
      floor = await holdFloor(config, data, now, new Date(now.getTime() - PRECISION_DAYS * 86_400_000));
    },
  });
  const graph = health.alarms.length === 0 ? null : await openLineage(config);
  const sources = (detector: string) => (graph === null ? [] : sourcesOf(graph, detector));
  return {
    alarms: Object.fromEntries(health.alarms.map((alarm) => [alarm.detector, alarmWords(alarm, sources)])),
    drift:
      health.drift === null
        ? null
        : Object.fromEntries(health.drift.groups.map(({ group, index }) => [group, index])),
    floor: floorOf(floor),
  };
}

function floorOf(record: AuditRecord | null): Looked['floor'] {
  return record === null ? null : { rule: record.subject, reason: record.reason };
}
