import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Chat } from './support/chat.ts';
import { startHarness, withoutOurs } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';
const TO = ['bob@example.com'];
const IDLE = 2_000;

/** What a client has said when it leaves; the last of it is not answered. */
const LAST_WORDS = {
  'before the greeting': null,
  'after the greeting': '',
  'within EHLO': 'EHLO cli',
  'after EHLO': 'EHLO client.example\r\n',
  'within MAIL': 'EHLO client.example\r\nMAIL FROM:<a@exa',
  'after MAIL': 'EHLO client.example\r\nMAIL FROM:<a@example.org>\r\n',
  'after RCPT': 'EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<bob@example.com>\r\n',
  'after DATA': 'EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n',
  'within the message':
    'EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\nA: 1\r\n\r\nhel',
  'before the end of the end':
    'EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\nA: 1\r\n\r\n.\r',
  'after RSET': 'EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRSET\r\n',
  'after QUIT': 'EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nQUIT\r\n',
} as const;

test.each(Object.entries(LAST_WORDS))(
  'S9 a client that leaves %s leaves nothing behind',
  async (_when, words) => {
    const { port, hello, hop, mails, metrics, directory } = await startHarness();
    const chat = await Chat.open(port);
    if (words !== null) {
      await chat.reply();
      chat.write(words);
      for (const _ of words.matchAll(/^(?:EHLO|MAIL|RCPT|DATA|RSET|QUIT).*\r$/gm)) await chat.reply();
    }
    chat.leave();
    await vi.waitFor(async () => expect((await metrics.connections.get()).values[0]?.value ?? 0).toBe(0));
    await vi.waitFor(() => {
      const said = hop.commands.filter((command) => !command.startsWith('EHLO'));
      if (said.length > 0) expect(said.at(-1)).toBe('RSET');
    });
    expect(await (await hello()).send('b@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
    expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE]);
    expect(mails).toHaveLength(1);
    expect(await readdir(join(directory, 'spool'))).toEqual([]);
  },
);

test('S9 a byte now and then is no command: a client has the idle time from one command to the next', async () => {
  const { hello } = await startHarness({ gate: { limits: { idleTimeoutMs: 200 } } });
  const chat = await hello();
  const dripping = setInterval(() => chat.write('x'), 20);
  expect(await chat.reply()).toMatch(/^421 (4\.4\.2 )?Timeout/);
  clearInterval(dripping);
  expect(await chat.reply()).toBe('CLOSED');
});

test('S9 commands within the idle time keep a connection, also while a reply takes longer than that', async () => {
  const { hello, hop } = await startHarness({
    gate: { limits: { idleTimeoutMs: 150 } },
    hop: {
      offers: [],
      answer: (command, fake) => {
        if (!command.startsWith('MAIL')) return undefined;
        setTimeout(() => {
          for (const socket of fake.sockets) socket.write('250 2.1.0 at last\r\n');
        }, 400);
        return 'SILENCE';
      },
    },
  });
  const chat = await hello();
  for (let command = 0; command < 5; command++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await chat.say('NOOP')).toMatch(/^250 /);
  }
  expect(await chat.say('MAIL FROM:<a@example.org>')).toBe('250 2.1.0 at last');
  expect(await chat.say('RCPT TO:<bob@example.com>')).toMatch(/^250 /);
  expect(hop.connections).toBe(1);
});

test('S9 a message byte by byte has the time for a message, and not more', async () => {
  const { hello, hop, directory } = await startHarness({ gate: { limits: { dataTimeoutMs: 200 } } });
  const chat = await hello();
  for (const command of ['MAIL FROM:<a@example.org>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await chat.say(command);
  const dripping = setInterval(() => chat.write('x'), 20);
  expect(await chat.reply()).toMatch(/^421 4\.4\.2 /);
  clearInterval(dripping);
  expect(await chat.reply()).toBe('CLOSED');
  await vi.waitFor(() => expect(hop.commands.at(-1)).toBe('RSET'));
  expect(await readdir(join(directory, 'spool'))).toEqual([]);
});

test('S9 a message in packets of one byte passes whole', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  for (const command of ['MAIL FROM:<a@example.org>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await chat.say(command);
  for (const byte of Buffer.from(`${MESSAGE.repeat(20)}.\r\n`)) {
    chat.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await chat.reply()).toBe('250 2.0.0 taken');
  expect(withoutOurs(hop.messages[0])).toBe(MESSAGE.repeat(20));
});

test('S9 among two thousand idle connections a message passes, and the limit holds', async () => {
  const { port, gate, metrics } = await startHarness({
    gate: { limits: { connections: IDLE + 1, connectionsPerClient: IDLE + 1 } },
  });
  const sockets = await idleConnections(port, IDLE);
  const chat = await Chat.hello(port);
  expect((await metrics.connections.get()).values[0]?.value).toBe(IDLE + 1);
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(await (await Chat.open(port)).reply()).toMatch(/^421 4\.7\.0 /);
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(async () => expect((await metrics.connections.get()).values[0]?.value).toBe(1), 10_000);
  expect(await (await Chat.hello(port)).send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  await gate.close(1_000);
});

test('S9 replies that nobody reads are not piled up', async () => {
  const { port, gate } = await startHarness();
  const chat = await Chat.hello(port);
  chat.ignore();
  // 60 MB of replies, if all were given.
  chat.write('NOOP\r\n'.repeat(4_000_000));
  const own = await Chat.hello(port);
  for (let look = 0; look < 50; look++) expect(await own.say('NOOP')).toMatch(/^250 /);
  expect(process.memoryUsage().external).toBeLessThan(200_000_000);
  chat.leave();
  own.leave();
  await gate.close(1_000);
});

async function idleConnections(port: number, count: number): Promise<net.Socket[]> {
  const sockets: net.Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(200, count - sockets.length) }, () =>
      net.connect(port, '127.0.0.1'),
    );
    sockets.push(...some);
    await Promise.all(some.map((socket) => once(socket, 'data')));
  }
  return sockets;
}
