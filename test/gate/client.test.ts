import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Decision } from '../../src/decision.ts';
import { Chat } from './support/chat.ts';
import { startHarness, withoutOurs } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';
const TO = ['bob@example.com'];

test.each([
  ['after MAIL', ['MAIL FROM:<a@example.org>']],
  ['after RCPT', ['MAIL FROM:<a@example.org>', 'RCPT TO:<bob@example.com>']],
  ['within the data', ['MAIL FROM:<a@example.org>', 'RCPT TO:<bob@example.com>', 'DATA', 'A: 1']],
])('S9 a client that leaves %s leaves nothing behind', async (_words, commands) => {
  const { hello, hop, mails, directory } = await startHarness();
  const chat = await hello();
  for (const command of commands.slice(0, 3)) await chat.say(command);
  if (commands[3]) chat.write(`${commands[3]}\r\n`);
  chat.leave();
  await vi.waitFor(() => expect(hop.commands.at(-1)).toBe('RSET'));
  expect(await (await hello()).send('b@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE]);
  expect(mails).toHaveLength(1);
  expect(hop.connections).toBe(1);
  expect(await readdir(join(directory, 'spool'))).toEqual([]);
});

test('S9 a client that leaves while MAIL is under way leaves nothing behind', async () => {
  const hop = {
    offers: [],
    answer: (command: string) => (command.startsWith('MAIL') ? 'SILENCE' : undefined),
  };
  const { hello, hop: fake } = await startHarness({ hop });
  const chat = await hello();
  chat.write('MAIL FROM:<a@example.org>\r\n');
  await vi.waitFor(() => expect(fake.commands).toContain('MAIL FROM:<a@example.org>'));
  chat.leave();
  for (const socket of fake.sockets) socket.write('250 2.1.0 late\r\n');
  await vi.waitFor(() => expect(fake.commands.at(-1)).toBe('RSET'));
});

test('S9 a client that leaves after its message has it delivered', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  for (const command of ['MAIL FROM:<a@example.org>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await chat.say(command);
  chat.write(`${MESSAGE}.\r\n`);
  await vi.waitFor(() => expect(hop.messages).toHaveLength(1));
  chat.leave();
});

test('inspection that throws defers the message, and the next is judged', async () => {
  let broken = true;
  const { hello, hop, metrics } = await startHarness({
    inspect: async (mail) => {
      if (broken) throw new Error('out of order');
      const fates = [{ verdict: 'accept', recipients: mail.envelope.rcptTo, policy: 'test' }] as const;
      return { id: mail.id, fates } satisfies Partial<Decision> as unknown as Decision;
    },
  });
  const chat = await hello();
  expect(await chat.send('a@example.org', TO, MESSAGE)).toMatch(/^451 4\.3\.0 /);
  broken = false;
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(hop.messages).toHaveLength(1);
  expect((await metrics.refusals.get()).values).toMatchObject([{ value: 1, labels: { reason: 'internal' } }]);
});

test('a decision without a fate for a recipient is no decision', async () => {
  const inspect = async () => ({ fates: [] }) as Partial<Decision> as Decision;
  const { hello, hop } = await startHarness({ inspect });
  expect(await (await hello()).send('a@example.org', TO, MESSAGE)).toMatch(/^451 4\.3\.0 /);
  expect(hop.messages).toEqual([]);
});

test('a record that cannot be kept does not change the reply', async () => {
  const onDecision = () => {
    throw new Error('disk full');
  };
  const { hello } = await startHarness({ onDecision });
  expect(await (await hello()).send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
});

test.each([
  [262_143, 0],
  [262_144, 0],
  [262_145, 1],
])('a message of %i bytes takes %i spool files, and passes whole', async (size, files) => {
  let seen = -1;
  const { hello, hop, directory } = await startHarness({
    inspect: async (mail) => {
      seen = (await readdir(join(directory, 'spool'))).length;
      const fates = [{ verdict: 'accept', recipients: mail.envelope.rcptTo, policy: 'test' }] as const;
      return { id: mail.id, fates } satisfies Partial<Decision> as unknown as Decision;
    },
  });
  const head = 'A: 1\r\n\r\n';
  const message = `${head}${'x'.repeat(70)}\r\n`
    .padEnd(size - 2, 'y\r\n.z')
    .concat('\r\n')
    .slice(0, size);
  const whole = message.endsWith('\r\n') ? message : `${message.slice(0, -2)}\r\n`;
  const clean = whole.replace(/\r(?!\n)/g, 'q').replace(/(?<!\r)\n/g, 'q');
  expect(clean).toHaveLength(size);
  expect(await (await hello()).send('a@example.org', TO, clean.replace(/^\./gm, '..'))).toBe(
    '250 2.0.0 taken',
  );
  expect(seen).toBe(files);
  expect(withoutOurs(hop.messages[0]) === clean).toBe(true);
  await vi.waitFor(async () => expect(await readdir(join(directory, 'spool'))).toEqual([]));
});

test.each([
  [999, '250 2.0.0 taken'],
  [1000, '250 2.0.0 taken'],
  [1001, '552 5.3.4 Message exceeds the maximum of 1000 bytes'],
])('S4 a message of %i bytes where 1000 are allowed', async (size, told) => {
  const { hello, hop, directory } = await startHarness({
    gate: { maxMessageBytes: 1000, spoolAboveBytes: 500 },
  });
  const message = `${'A: 1\r\n\r\n'.padEnd(size - 2, 'x')}\r\n`;
  const chat = await hello();
  expect(await chat.send('a@example.org', TO, message)).toBe(told);
  expect(hop.messages).toHaveLength(told.startsWith('250') ? 1 : 0);
  expect(await readdir(join(directory, 'spool'))).toEqual([]);
  expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
});

test.each([
  [49, /^250 /],
  [50, /^554 5\.4\.6 /],
])('S11 a message that has passed %i hosts', async (hops, told) => {
  const { hello } = await startHarness();
  const trace = 'Received: from a.example\r\n\tby b.example; Mon, 23 Nov 2026 10:00:00 +0000\r\n';
  expect(
    await (await hello()).send('a@example.org', TO, `${trace.repeat(hops)}${MESSAGE}Received: x\r\n`),
  ).toMatch(told);
});

test('S9 a message that comes too slowly is broken off with 421', async () => {
  const { hello, hop } = await startHarness({ gate: { limits: { dataTimeoutMs: 50 } } });
  const chat = await hello();
  for (const command of ['MAIL FROM:<a@example.org>', 'RCPT TO:<bob@example.com>', 'DATA'])
    await chat.say(command);
  chat.write('A: 1\r\n');
  expect(await chat.reply()).toMatch(/^421 4\.4\.2 /);
  expect(await chat.reply()).toBe('CLOSED');
  await vi.waitFor(() => expect(hop.commands.at(-1)).toBe('RSET'));
});

test('the trace header tells who, how and when, and names no recipient', async () => {
  const { hello, hop, mails } = await startHarness();
  await (await hello()).send('a@example.org', TO, MESSAGE);
  const trace = /^Received: .*\r\n(?:[ \t].*\r\n)*/m.exec(hop.messages[0] ?? '')?.[0];
  expect(trace).toMatch(
    /^Received: from client\.example \(\[127\.0\.0\.1\]\)\r\n\tby gate\.example \(Postern\) with ESMTP id [0-9A-Z]{23};\r\n\t\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\n$/,
  );
  expect(trace).toContain(mails[0]?.mail.id);
});

test('S13 HELO with characters that could end a comment or a line stays harmless', async () => {
  const { port, hop } = await startHarness();
  const chat = await Chat.open(port);
  await chat.reply();
  await chat.say('EHLO x)\\(y\x7f;by');
  await chat.say('EHLO x)\\(y;by');
  await chat.send('a@example.org', TO, MESSAGE);
  expect(hop.messages[0]).toContain('Received: from x???y?by ([127.0.0.1])\r\n');
});

test('a forwarded client is the client', async () => {
  const { hello, hop, mails } = await startHarness({ gate: { forwarders: ['127.0.0.0/8'] } });
  const chat = await hello();
  expect(await chat.say('XFORWARD NAME=mx.example.org ADDR=192.0.2.7 HELO=sender.example')).toMatch(/^250 /);
  await chat.send('a@example.org', TO, MESSAGE);
  expect(mails[0]?.mail.envelope).toEqual({
    clientIp: '192.0.2.7',
    clientName: 'mx.example.org',
    helo: 'sender.example',
    mailFrom: 'a@example.org',
    rcptTo: TO,
  });
  expect(hop.messages[0]).toContain('Received: from sender.example (mx.example.org [192.0.2.7])');
});

test('S2 what was odd on the wire is told to inspection, and counted', async () => {
  const { hello, mails, metrics } = await startHarness();
  await (await hello()).send('a@example.org', TO, 'A: 1\nB: 2\r\n\r\na\rb\0\r\n');
  expect(mails[0]?.mail.wire).toEqual({ bareCr: 1, bareLf: 1, nul: 1 });
  expect(mails[0]?.bytes).toBe('A: 1\r\nB: 2\r\n\r\na\r\nb\0\r\n');
  expect((await metrics.bareLineEnds.get()).values).toMatchObject([{ value: 1 }]);
});

test.each([
  [4095, /^250 /],
  [4096, /^250 /],
  [4097, /^421 /],
])('S4 a command of %i octets', async (octets, told) => {
  const { hello } = await startHarness();
  expect(await (await hello()).say('NOOP '.padEnd(octets, 'x'))).toMatch(told);
});

test('S4 a megabyte without a line end is not kept', async () => {
  const { hello } = await startHarness();
  const chat = await hello();
  chat.write('x'.repeat(1_048_576));
  expect(await chat.reply()).toMatch(/^421 /);
});

test('S7 a thousand recipients each get the word of the next hop, and one message goes out', async () => {
  const { hello, hop, mails } = await startHarness();
  const to = Array.from({ length: 1000 }, (_, index) => `r${index}@example.com`);
  expect(await (await hello()).send('a@example.org', to, MESSAGE)).toBe('250 2.0.0 taken');
  expect(mails[0]?.mail.envelope.rcptTo).toEqual(to);
  expect(hop.messages).toHaveLength(1);
});

test.each([998, 999, 100_000])('S4 a body line of %i octets stays one line', async (octets) => {
  const { hello, hop } = await startHarness();
  const message = `A: 1\r\n\r\n${'x'.repeat(octets)}\r\n`;
  expect(await (await hello()).send('a@example.org', TO, message)).toBe('250 2.0.0 taken');
  expect(withoutOurs(hop.messages[0])).toBe(message);
});
