import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import type { Decision } from '../../src/decision.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import type { Quarantine } from '../../src/quarantine/quarantine.ts';
import { type GateName, startGates } from '../../src/service/start-gates.ts';
import { FakeMta } from '../gate/milter/support/fake-mta.ts';
import { Chat } from '../gate/support/chat.ts';
import { FakeHop } from '../gate/support/fake-hop.ts';
import { MemoryQuarantine } from '../gate/support/harness.ts';

async function start(gate: Record<string, unknown>, milter: Record<string, unknown>) {
  const directory = await mkdtemp(join(tmpdir(), 'gates-'));
  const hop = new FakeHop({});
  await hop.start();
  const nextHop = { host: '127.0.0.1', port: hop.port, tls: 'off' };
  const told: GateName[] = [];
  onTestFinished(async () => {
    await hop.close();
    await rm(directory, { recursive: true });
  });
  const gates = await startGates({
    config: configSchema.parse({ gate: { spool: join(directory, 'spool'), nextHop, ...gate }, milter }),
    hostname: 'gate.example',
    authservId: 'gate.example',
    quarantine: new MemoryQuarantine() as Partial<Quarantine> as Quarantine,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    inspect: async ({ envelope, id }) => {
      const fates = [{ verdict: 'accept', recipients: envelope.rcptTo, policy: 'test' }] as const;
      return { id, fates, verdict: 'accept' } satisfies Partial<Decision> as Partial<Decision> as Decision;
    },
    learner: { learn: async () => undefined },
    addedHeaders: () => Buffer.from('X-Postern-Verdict: accept\r\n'),
    onDecision: (name) => told.push(name),
  });
  onTestFinished(() => gates.close(0));
  return { gates, told };
}

it('starts both gates, each of which says which one it is', async () => {
  const { gates, told } = await start({ listen: ['127.0.0.1:0'] }, { listen: ['127.0.0.1:0'] });
  const chat = await Chat.hello(gates.addresses[0]?.port ?? 0);
  expect(await chat.send('a@example.org', ['b@example.com'], 'A: 1\r\n\r\nhello\r\n')).toMatch(/^250 /);
  const mta = await FakeMta.greeted(gates.milterAddresses[0] ?? '');
  expect((await mta.message(['b@example.com'], [], 'hello\r\n')).at(-1)?.code).toBe('a');
  await vi.waitFor(() => expect(told).toEqual(['smtp', 'milter']));
});

it('starts a milter alone, without any next hop', async () => {
  const { gates } = await start({ listen: [], nextHop: null }, { listen: ['127.0.0.1:0'] });
  expect(gates.addresses).toEqual([]);
  expect(gates.milterAddresses).toHaveLength(1);
});

it('leaves no gate running where the other cannot start', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  onTestFinished(() => void taken.close());
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const smtp = (free.address() as AddressInfo).port;
  free.close();
  await once(free, 'close');
  const failing = start({ listen: [`127.0.0.1:${smtp}`] }, { listen: [`127.0.0.1:${port}`] });
  await expect(failing).rejects.toThrow('EADDRINUSE');
  const refused = connect(smtp, '127.0.0.1');
  await expect(once(refused, 'connect')).rejects.toThrow('ECONNREFUSED');
});
