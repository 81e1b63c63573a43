import { expect, test, vi } from 'vitest';
import { withHeaders } from '../../src/gate/headers.ts';
import { Pool } from '../../src/gate/next-hop/pool.ts';
import { relay } from '../../src/gate/relay.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { startHarness, withoutOurs } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';
const TO = ['bob@example.com'];

function nextHop(port: number, pool = 2) {
  return {
    host: '127.0.0.1',
    port,
    protocol: 'smtp',
    tls: 'off',
    verify: false,
    pool,
    connectTimeoutMs: 1000,
    replyTimeoutMs: 1000,
  } as const;
}

test('a connection is kept and used again', async () => {
  const { hello, hop } = await startHarness();
  for (let message = 0; message < 3; message++) {
    expect(await (await hello()).send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  }
  expect(hop.connections).toBe(1);
});

test('S8 a kept connection that has died meanwhile is replaced, and the sender does not notice', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  hop.hangUp();
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(hop.messages).toHaveLength(2);
});

test('S8 a kept connection that answers MAIL with 421 is replaced once', async () => {
  let tired = false;
  const answer = (command: string) => {
    if (command.startsWith('CONNECT')) tired = false;
    return command.startsWith('MAIL') && tired ? '421 4.4.2 idle too long' : undefined;
  };
  const { hello, hop } = await startHarness({ hop: { offers: [], answer } });
  const chat = await hello();
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  tired = true;
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(hop.connections).toBe(2);
});

test('S8 a next hop that closes while the message comes in is connected to again, before anything was sent', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  await chat.say('MAIL FROM:<a@example.org>');
  await chat.say('RCPT TO:<bob@example.com>');
  await chat.say('DATA');
  hop.hangUp();
  chat.write(MESSAGE);
  expect(await chat.say('.')).toBe('250 2.0.0 taken');
  expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE]);
});

test('no more connections are kept than configured', async () => {
  const { hop } = await startHarness();
  const pool = new Pool(nextHop(hop.port, 2), 'gate.example');
  const connections = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
  expect(pool.size).toEqual({ kept: 0, open: 3 });
  for (const connection of connections) await pool.release(connection, 'between-transactions');
  expect(pool.size).toEqual({ kept: 2, open: 2 });
  pool.close();
  expect(pool.size).toEqual({ kept: 0, open: 0 });
});

test('S8 a connection that is not reset is not kept', async () => {
  const hop = { offers: [], answer: (command: string) => (command === 'RSET' ? '500 what?' : undefined) };
  const harness = await startHarness({ hop });
  const pool = new Pool(nextHop(harness.hop.port), 'gate.example');
  await pool.release(await pool.acquire(), 'within-transaction');
  expect(pool.size).toEqual({ kept: 0, open: 0 });
});

test('S8 what the next hop says unasked ends the connection', async () => {
  const { hop } = await startHarness();
  const pool = new Pool(nextHop(hop.port), 'gate.example');
  await pool.release(await pool.acquire(), 'between-transactions');
  for (const socket of hop.sockets) socket.write('250 2.0.0 surprise\r\n');
  await vi.waitFor(() => expect(pool.size).toEqual({ kept: 0, open: 0 }));
});

test('S8 a next hop that is down costs a 451 4.4.1, and is found again when it is back', async () => {
  const { hello, hop } = await startHarness({ nextHop: { port: 1 } });
  expect(hop.connections).toBe(0);
  const chat = await hello();
  expect(await chat.say('MAIL FROM:<a@example.org>')).toMatch(/^451 4\.4\.1 /);
  expect(await chat.say('NOOP')).toMatch(/^250 /);
});

test('S8 a next hop that refuses the connection is not reachable', async () => {
  const hop = {
    offers: [],
    answer: (command: string) => (command === 'CONNECT' ? '554 5.3.2 no' : undefined),
  };
  const { hello } = await startHarness({ hop });
  expect(await (await hello()).say('MAIL FROM:<a@example.org>')).toMatch(/^451 4\.4\.1 /);
});

test('a next hop without EHLO is spoken to with HELO', async () => {
  const hop = { answer: (command: string) => (command.startsWith('EHLO') ? '502 what?' : undefined) };
  const harness = await startHarness({ hop });
  expect(await (await harness.hello()).send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(harness.hop.commands).toContain('HELO gate.example');
});

test.each(['MAIL FROM:<a@example.org>', 'RCPT TO:<bob@example.com>', 'DATA', '.'])(
  'S8 silence at %j is a time-out',
  async (silent) => {
    const hop = { offers: [], answer: (command: string) => (command === silent ? 'SILENCE' : undefined) };
    const { hello } = await startHarness({ hop, nextHop: { replyTimeoutMs: 100 } });
    expect(await (await hello()).send('a@example.org', TO, MESSAGE)).toMatch(/^451 4\.4\.2 /);
  },
);

test.each([
  'CONNECT',
  'EHLO gate.example',
  'MAIL FROM:<a@example.org>',
  'RCPT TO:<bob@example.com>',
  'DATA',
  'BODY',
  '.',
])('S8 a next hop that closes at %j costs a 451, and the next message passes', async (command) => {
  let broken = true;
  const hop = { offers: [], answer: (heard: string) => (broken && heard === command ? 'CLOSE' : undefined) };
  const harness = await startHarness({ hop });
  const chat = await harness.hello();
  expect(await chat.send('a@example.org', TO, MESSAGE)).toMatch(/^451 4\.4\.[12] /);
  broken = false;
  await chat.say('RSET');
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(harness.hop.messages.slice(-1).map(withoutOurs)).toEqual([MESSAGE]);
});

test.each([
  ['552 5.3.4 too big for me', '552 5.3.4 too big for me'],
  ['421 4.3.2 closing', '451 4.3.2 closing'],
  ['250 2.0.0 fine already', '451 4.4.2 Next hop broke off, try again later'],
])('S8 a next hop that answers %j before the end of the message', async (early, told) => {
  const hop = { offers: [], answer: (command: string) => (command === 'BODY' ? early : undefined) };
  const { hello } = await startHarness({ hop });
  const large = `${MESSAGE}${'line of text\r\n'.repeat(400_000)}`;
  expect(await (await hello()).send('a@example.org', TO, large)).toBe(told);
});

test('S8 LMTP: one reply for all, and it is the gravest', async () => {
  const replies = ['250 2.0.0 first', '550 5.2.2 second is full'];
  const hop = {
    offers: ['LMTP'],
    answer: (command: string) => (command === '.' ? replies.shift() : undefined),
  };
  const { hello, hop: fake } = await startHarness({ hop, nextHop: { protocol: 'lmtp' } });
  const chat = await hello();
  const to = ['bob@example.com', 'cy@example.com'];
  expect(await chat.send('a@example.org', to, MESSAGE)).toBe('550 5.2.2 second is full');
  expect(await chat.send('a@example.org', to, MESSAGE)).toBe('250 2.0.0 taken');
  expect(fake.commands[0]).toBe('LHLO gate.example');
});

test('relaying sends a message as it is, to all recipients', async () => {
  const { hop, mails } = await startHarness();
  const content = bufferContent(Buffer.from(MESSAGE));
  const message = withHeaders(content, { prepend: Buffer.from('X-Released: 1\r\n'), authservId: 'x' });
  const envelope = { mailFrom: 'a@example.org', rcptTo: ['bob@example.com', 'cy@example.com'] };
  const answer = await relay({ nextHop: nextHop(hop.port), hostname: 'gate.example', envelope, message });
  expect(answer).toEqual({ code: 250, enhanced: '2.0.0', lines: ['taken'] });
  expect(hop.messages).toEqual([`X-Released: 1\r\n${MESSAGE}`]);
  expect(mails).toEqual([]);
});

test('relaying to one who is refused sends nothing, and leaves no connection', async () => {
  const answer = (command: string) => (command === 'RCPT TO:<no@example.com>' ? '550 5.1.1 no' : undefined);
  const { hop } = await startHarness({ hop: { offers: [], answer } });
  const envelope = { mailFrom: '', rcptTo: ['bob@example.com', 'no@example.com'] };
  const message = bufferContent(Buffer.from(MESSAGE));
  const told = await relay({ nextHop: nextHop(hop.port), hostname: 'gate.example', envelope, message });
  expect(told.code).toBe(550);
  expect(hop.messages).toEqual([]);
  await vi.waitFor(() => expect(hop.commands.filter((command) => command === 'QUIT')).toHaveLength(1));
});
