import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { type GateOptions, startGate } from '../../src/gate/gate.ts';
import { createMetrics } from '../../src/observe/metrics.ts';

async function start(gate: Record<string, unknown>) {
  const directory = await mkdtemp(join(tmpdir(), 'no-gate-'));
  const config = configSchema.parse({ gate: { spool: join(directory, 'spool'), ...gate } }).gate;
  const parts: Partial<GateOptions> = { config, hostname: 'gate.example', metrics: createMetrics() };
  const options = { ...parts, log: pino({ level: 'silent' }) } as GateOptions;
  return { directory, started: startGate(options) };
}

test('without anything to listen at there is no gate, and no next hop is needed', async () => {
  const { directory, started } = await start({ listen: [] });
  const gate = await started;
  expect(gate.addresses).toEqual([]);
  await gate.close(0);
  expect(await readdir(directory)).toEqual([]);
  await rm(directory, { recursive: true });
});

test('with something to listen at a next hop is needed', async () => {
  const { directory, started } = await start({ listen: ['127.0.0.1:0'] });
  await expect(started).rejects.toThrow('gate.nextHop is not configured');
  await rm(directory, { recursive: true });
});
