import { expect, test } from 'vitest';
import { Chat } from './support/chat.ts';
import { startHarness, withoutOurs } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';
const TO = ['b@example.com'];
const MEGABYTE = 1_048_576;

test('S4 a megabyte without a line end is told and closed, and no more of it is kept than a command may have', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  chat.write(Buffer.alloc(MEGABYTE, 'x'));
  expect(await chat.reply()).toMatch(/^421 (4\.4\.2 )?Error: Command line too long$/);
  expect(await chat.reply()).toBe('CLOSED');
  expect(hop.commands.filter((command) => !command.startsWith('EHLO'))).toEqual([]);
  expect(await (await hello()).send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
});

test('S4 a command line too long by one octet closes, though its line end is there', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  chat.write(`${'MAIL FROM:<a@example.org>'.padEnd(4_097)}\r\nMAIL FROM:<b@example.org>\r\n`);
  expect(await chat.reply()).toMatch(/^421 (4\.4\.2 )?Error: Command line too long$/);
  expect(await chat.reply()).toBe('CLOSED');
  expect(hop.commands.filter((command) => command.startsWith('MAIL'))).toEqual([]);
});

test('S4 what a client leaves behind without a line end is no command', async () => {
  const { hello, hop } = await startHarness();
  const chat = await hello();
  await chat.say('MAIL FROM:<a@example.org>');
  chat.write('RCPT TO:<bob@example.com>');
  chat.end();
  expect(await chat.reply()).toBe('CLOSED');
  expect(await (await hello()).send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(hop.commands.filter((command) => command.includes('bob'))).toEqual([]);
  expect(hop.commands).toContain('RSET');
});

test.each([
  ['no line end at all', 'A: 1\r\n\r\nhello'],
  ['half a line end', 'A: 1\r\n\r\nhello\r'],
  ['half an end of data', 'A: 1\r\n\r\nhello\r\n.\r'],
  ['a dot', 'A: 1\r\n\r\nhello\r\n.'],
])('S4 a message that ends with %s before the client leaves is none', async (_words, message) => {
  const { hello, hop, mails } = await startHarness();
  const chat = await hello();
  for (const command of ['MAIL FROM:<a@example.org>', 'RCPT TO:<b@example.com>', 'DATA'])
    await chat.say(command);
  chat.write(message);
  chat.end();
  expect(await chat.reply()).toBe('CLOSED');
  expect(await (await hello()).send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
  expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE]);
  expect(mails).toHaveLength(1);
});

test('S4 a body line of a megabyte stays one line', async () => {
  const { hello, hop } = await startHarness();
  const message = `A: 1\r\n\r\n${'x'.repeat(MEGABYTE)}\r\n`;
  expect(await (await hello()).send('a@example.org', TO, message)).toBe('250 2.0.0 taken');
  expect(withoutOurs(hop.messages[0]) === message).toBe(true);
});

test('S4 NUL, 0xFF and other bytes above 0x7F in a message pass as they are, and NULs are counted', async () => {
  const { hello, hop, mails } = await startHarness();
  const message = 'A: \x00\xff\r\n\r\n\x00\x80\xfe\xff\r\n';
  expect(await (await hello()).send('a@example.org', TO, Buffer.from(message, 'latin1'))).toBe(
    '250 2.0.0 taken',
  );
  expect(withoutOurs(hop.messages[0])).toBe(message);
  expect(mails[0]?.mail.wire.nul).toBe(2);
});

test.each([
  'GET / HTTP/1.1',
  'get /?x HTTP/1.0',
  'POST / HTTP/1.1',
  'PUT /x HTTP/1.1',
  'HEAD / HTTP/1.1',
  'DELETE /x HTTP/2',
  'OPTIONS * HTTP/1.1',
  'TRACE / HTTP/1.1',
  'PATCH / HTTP/1.1',
  'CONNECT mail.example:25 HTTP/1.1',
  'GET http://mail.example:25/ HTTP/1.1',
  'GET /without-version',
  'PROPFIND / HTTP/1.1',
  'PRI * HTTP/2.0',
])('S10 %j closes the connection, and its body is no command', async (line) => {
  const { port, hop } = await startHarness();
  const chat = await Chat.open(port);
  const body =
    'EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nA: 1\r\n\r\nhi\r\n.\r\n';
  chat.write(`${line}\r\nHost: mail.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  expect(await chat.reply()).toMatch(/^220 /);
  expect(await chat.reply()).toBe('421 HTTP requests not allowed');
  expect(await chat.reply()).toBe('CLOSED');
  expect(hop.commands.filter((command) => command.startsWith('MAIL'))).toEqual([]);
});

test('S11 50 Received headers are a loop however they are folded and wherever they stand in the header', async () => {
  const { hello, hop } = await startHarness();
  const trace = 'received \t: from a.example\r\n by b.example; Mon, 23 Nov 2026 10:00:00 +0000\r\nX: y\r\n';
  const chat = await hello();
  expect(await chat.send('a@example.org', TO, `${trace.repeat(50)}${MESSAGE}`)).toBe(
    '554 5.4.6 Too many hops',
  );
  expect(hop.messages).toEqual([]);
});

test('S11 text that looks like 50 Received headers is none', async () => {
  const { hello } = await startHarness();
  const text = 'Received: from a.example\r\n'.repeat(50);
  const chat = await hello();
  expect(await chat.send('a@example.org', TO, `A: 1\r\n\r\n${text}`)).toBe('250 2.0.0 taken');
  expect(await chat.send('a@example.org', TO, `\r\n${text}\r\nend\r\n`)).toBe('250 2.0.0 taken');
});
