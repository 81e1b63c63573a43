import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { DomainSet } from '../../src/evidence/lists/domain-set.ts';
import { outboundLearner, startOutbound } from '../../src/gate/outbound.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import type { Quarantine } from '../../src/quarantine/quarantine.ts';
import type { Lesson } from '../../src/reputation/outbound.ts';
import type { Observation } from '../../src/reputation/reputation.ts';
import { Chat } from './support/chat.ts';
import { FakeHop, type FakeHopOptions } from './support/fake-hop.ts';

const OWN = {
  ownDomains: new DomainSet(['ours.example']),
  freemail: new DomainSet(['freemail.example']),
};
const ADA = 'ada@ours.example';
const BOB = 'bob@partner.example';
const LETTER = 'From: Ada <ada@ours.example>\r\nSubject: Oak\r\n\r\nTwo planks, please.\r\n';

interface Setting {
  readonly clients?: readonly string[];
  readonly hop?: FakeHopOptions;
  readonly observe?: (observation: Observation) => void;
}

async function start({ clients, hop: hopOptions, observe }: Setting = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'outbound-'));
  const hop = new FakeHop(hopOptions ?? { offers: ['PIPELINING', '8BITMIME', 'XFORWARD NAME ADDR'] });
  await hop.start();
  const config = configSchema.parse({
    gate: { spool: join(directory, 'spool') },
    outbound: {
      listen: ['127.0.0.1:0'],
      nextHop: { host: '127.0.0.1', port: hop.port, replyTimeoutMs: 2_000 },
      ...(clients && { clients }),
    },
  });
  const metrics = createMetrics();
  const learned: Observation[] = [];
  const lessons: Lesson[] = [];
  const faults: unknown[] = [];
  const gate = await startOutbound({
    config,
    hostname: 'gate.example',
    authservId: 'gate.example',
    subjectPrefix: '[bad]',
    inspect: async () => {
      throw new Error('mail of ours is not judged');
    },
    quarantine: {} as Partial<Quarantine> as Quarantine,
    addedHeaders: () => Buffer.from('X-Postern-Verdict: accept\r\n'),
    onDecision: () => {
      throw new Error('nothing is decided');
    },
    metrics,
    log: pino({ level: 'silent' }),
    learner: outboundLearner({
      own: OWN,
      reputation: { observe: observe ?? ((observation) => learned.push(observation)) },
      onLesson: (_id, lesson) => lessons.push(lesson),
      onFault: (error) => faults.push(error),
    }),
  });
  onTestFinished(async () => {
    await gate.close(0);
    await hop.close();
    await rm(directory, { recursive: true });
  });
  const port = gate.addresses[0]?.port ?? 0;
  return { hop, metrics, learned, lessons, faults, hello: () => Chat.hello(port) };
}

const withoutReceived = (message: string | undefined) =>
  message?.replace(/^Received: from .*\r\n(?:[ \t].*\r\n)+/, '');

it('passes mail on byte for byte behind one Received, whatever it says of itself', async () => {
  const { hello, hop } = await start();
  const chat = await hello();
  const message = `Authentication-Results: gate.example; spf=pass\r\nX-Postern-Verdict: mine\r\nSUBJECT:x\r\n${LETTER}`;
  expect(await chat.send(ADA, [BOB], message)).toBe('250 2.0.0 taken');
  expect(hop.messages[0]).toMatch(/^Received: from client\.example /);
  expect(withoutReceived(hop.messages[0])).toBe(message);
});

it('teaches the memory who wrote to whom', async () => {
  const { hello, learned } = await start();
  const chat = await hello();
  await chat.send(ADA, [BOB, 'Cleo@FreeMail.example', 'dan@ours.example'], LETTER);
  expect(learned).toEqual([
    {
      kind: 'outbound',
      at: expect.any(Date),
      keys: [
        'wrote:ada@ours.example>bob@partner.example',
        'wrote:ada@ours.example>cleo@freemail.example',
        'wrote:bob@partner.example',
        'wrote:cleo@freemail.example',
        'wrotedomain:partner.example',
        // Their mail is learned from: whom nobody there wrote to, nobody there knows.
        'domain:ours.example',
      ],
    },
  ]);
});

it('knows a sender by From where the envelope has another of our addresses, and by no foreign one', async () => {
  const { hello, learned, lessons } = await start();
  const chat = await hello();
  await chat.send('office@ours.example', [BOB], LETTER);
  expect(learned[0]?.keys.slice(0, 2)).toEqual([
    'wrote:office@ours.example>bob@partner.example',
    'wrote:ada@ours.example>bob@partner.example',
  ]);
  await chat.send('eve@example.org', [BOB], LETTER.replace('ours', 'notours'));
  expect(lessons.at(-1)).toEqual({ kind: 'nothing', why: 'notOurs' });
});

it.each([
  ['an automatic answer', ADA, 'Auto-Submitted: auto-replied\r\n', 'automatic'],
  ['a mailing', ADA, 'Precedence: bulk\r\n', 'automatic'],
  ['a receipt', ADA, 'Content-Type: multipart/report; report-type=disposition-notification\r\n', 'automatic'],
  ['a bounce', '', '', 'automatic'],
])('learns nothing from %s, and passes it on', async (_what, sender, header, why) => {
  const { hello, hop, learned, lessons } = await start();
  const chat = await hello();
  expect(await chat.send(sender, [BOB], header + LETTER)).toBe('250 2.0.0 taken');
  expect(withoutReceived(hop.messages[0])).toBe(header + LETTER);
  expect(lessons).toEqual([{ kind: 'nothing', why }]);
  expect(learned).toEqual([]);
});

it('learns from what a person marked as not automatic', async () => {
  const { hello, learned } = await start();
  await (await hello()).send(ADA, [BOB], `Auto-Submitted: no\r\n${LETTER}`);
  expect(learned).toHaveLength(1);
});

it.each([
  [50, 1],
  [51, 0],
])('mail to %i recipients has %i lessons', async (count, lessons) => {
  const { hello, learned } = await start();
  const all = Array.from({ length: count }, (_, at) => `r${at}@partner.example`);
  expect(await (await hello()).send(ADA, all, LETTER)).toBe('250 2.0.0 taken');
  expect(learned).toHaveLength(lessons);
});

it('learns nothing that the next hop did not take', async () => {
  const { hello, lessons } = await start({
    hop: { offers: ['8BITMIME'], answer: (command) => (command === '.' ? '554 5.7.1 no' : undefined) },
  });
  expect(await (await hello()).send(ADA, [BOB], LETTER)).toBe('554 5.7.1 no');
  expect(lessons).toEqual([]);
});

it('learns only of recipients that the next hop took', async () => {
  const { hello, learned } = await start({
    hop: {
      offers: ['8BITMIME'],
      answer: (command) => (command.includes('nobody') ? '550 5.1.1 unknown' : undefined),
    },
  });
  const chat = await hello();
  for (const line of [`MAIL FROM:<${ADA}>`, `RCPT TO:<${BOB}>`, 'RCPT TO:<nobody@partner.example>', 'DATA']) {
    await chat.say(line);
  }
  chat.write(LETTER);
  expect(await chat.say('.')).toBe('250 2.0.0 taken');
  expect(learned[0]?.keys).toContain('wrote:bob@partner.example');
  expect(JSON.stringify(learned)).not.toContain('nobody');
});

it('the message is out although the memory fails', async () => {
  const { faults, hello } = await start({
    observe: () => {
      throw new Error('no memory');
    },
  });
  expect(await (await hello()).send(ADA, [BOB], LETTER)).toBe('250 2.0.0 taken');
  expect(faults).toEqual([new Error('no memory')]);
});

it('relays for nobody but its clients', async () => {
  const { hello, hop, metrics } = await start({ clients: ['192.0.2.0/24'] });
  const chat = await hello();
  expect(await chat.say(`MAIL FROM:<${ADA}>`)).toBe('550 5.7.1 Relaying denied');
  expect(await chat.say(`RCPT TO:<${BOB}>`)).toMatch(/^5/);
  expect(hop.commands.filter((command) => command.startsWith('MAIL'))).toEqual([]);
  expect(await metrics.registry.metrics()).toContain(
    'postern_refusals_total{gate="outbound",reason="relay"} 1',
  );
});

it('a client that names another host by XCLIENT is that host', async () => {
  const { hello } = await start();
  const chat = await hello();
  expect(await chat.say('XCLIENT ADDR=198.51.100.7')).toMatch(/^220/);
  await chat.say('EHLO stranger.example');
  expect(await chat.say(`MAIL FROM:<${ADA}>`)).toBe('550 5.7.1 Relaying denied');
});

it('says on whose behalf our own mail server sends', async () => {
  const { hello, hop } = await start();
  const chat = await hello();
  await chat.say('XFORWARD NAME=desk.ours.example ADDR=192.0.2.7');
  expect(await chat.send(ADA, [BOB], LETTER)).toBe('250 2.0.0 taken');
  expect(hop.commands.find((command) => command.startsWith('XFORWARD'))).toContain('ADDR=192.0.2.7');
  expect(hop.messages[0]).toContain('[192.0.2.7]');
});

it('counts its connections as those of the outbound gate', async () => {
  const { hello, metrics } = await start();
  await hello();
  expect(await metrics.registry.metrics()).toContain('postern_connections{gate="outbound"} 1');
});
