import { describe, expect, test, vi } from 'vitest';
import { selfSigned } from './support/certificate.ts';
import { Chat } from './support/chat.ts';
import { startHarness } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';
const TO = ['b@example.com'];
const LINE = 'PROXY TCP4 192.0.2.7 192.0.2.25 4711 25\r\n';
const proxied = { proxiedFrom: ['127.0.0.0/8'] };

test('S6 split at every byte, the header names the client of the message', async () => {
  const { port, mails } = await startHarness({ gate: proxied });
  for (let cut = 1; cut < LINE.length; cut++) {
    const chat = await Chat.open(port);
    chat.write(LINE.slice(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    chat.write(`${LINE.slice(cut)}EHLO client.example\r\n`);
    expect(await chat.reply()).toMatch(/^220 /);
    expect(await chat.reply()).toMatch(/^250-/);
    if (cut % 10 === 1) expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
    chat.leave();
  }
  expect(new Set(mails.map(({ mail }) => mail.envelope.clientIp))).toEqual(new Set(['192.0.2.7']));
});

test('S6 a health check is the load balancer itself', async () => {
  const { port, mails } = await startHarness({ gate: proxied });
  const chat = await Chat.open(port);
  chat.write('PROXY UNKNOWN\r\n');
  expect(await chat.reply()).toMatch(/^220 /);
  await chat.say('EHLO client.example');
  await chat.send('a@example.org', TO, MESSAGE);
  expect(mails[0]?.mail.envelope.clientIp).toBe('127.0.0.1');
});

test('S6 limits are those of the client that the header names', async () => {
  const gate = { ...proxied, limits: { connectionsPerClient: 1 } };
  const { port } = await startHarness({ gate });
  const greeted = async (header: string) => {
    const chat = await Chat.open(port);
    chat.write(header);
    return chat.reply();
  };
  expect(await greeted(LINE)).toMatch(/^220 /);
  expect(await greeted(LINE.replace('192.0.2.7', '192.0.2.8'))).toMatch(/^220 /);
  expect(await greeted(LINE)).toMatch(/^421 4\.7\.0 /);
});

test('S6 a client that XCLIENT names is counted as that one, and turned away as that one', async () => {
  const gate = { forwarders: ['127.0.0.1'], limits: { connectionsPerClient: 1 } };
  const { port, hello, mails } = await startHarness({ gate });
  const first = await hello();
  expect(await first.say('XCLIENT ADDR=192.0.2.7')).toMatch(/^220 /);
  const second = await Chat.open(port);
  expect(await second.reply()).toMatch(/^220 /);
  expect(await second.say('XCLIENT ADDR=192.0.2.7')).toMatch(/^421 4\.7\.0 /);
  expect(await second.reply()).toBe('CLOSED');
  await first.say('EHLO client.example');
  await first.send('a@example.org', TO, MESSAGE);
  expect(mails[0]?.mail.envelope.clientIp).toBe('192.0.2.7');
  first.leave();
  await vi.waitFor(async () => {
    const third = await hello();
    expect(await third.say('XCLIENT ADDR=192.0.2.7')).toMatch(/^220 /);
    third.leave();
  });
});

test('S6 a header that does not come in time, byte by byte or not at all, costs a connection', async () => {
  const { port, metrics } = await startHarness({ gate: { ...proxied, limits: { idleTimeoutMs: 100 } } });
  for (const slow of [false, true]) {
    const chat = await Chat.open(port);
    const dripping = setInterval(() => slow && chat.write('PROXY UNKNOWN'.charAt(0)), 20);
    expect(await chat.reply()).toMatch(/^421 4\.3\.0 |CLOSED/);
    clearInterval(dripping);
    expect(await chat.reply()).toBe('CLOSED');
  }
  expect((await metrics.refusals.get()).values).toMatchObject([{ value: 2, labels: { reason: 'protocol' } }]);
});

test('S6 a listed host that leaves before its header is whole leaves nothing behind', async () => {
  const { port, gate, metrics } = await startHarness({ gate: proxied });
  const chat = await Chat.open(port);
  chat.write('PROXY TCP4');
  chat.leave();
  await vi.waitFor(async () => expect((await metrics.refusals.get()).values).toHaveLength(1));
  expect((await metrics.connections.get()).values).toEqual([]);
  await gate.close(1_000);
});

test('S6 hosts that keep their header back are bounded in number, and do not keep the gate from closing', async () => {
  const { port, gate } = await startHarness({ gate: { ...proxied, limits: { connections: 3 } } });
  const silent = await Promise.all([1, 2, 3].map(() => Chat.open(port)));
  const oneMore = await Chat.open(port);
  expect(await oneMore.reply()).toBe('CLOSED');
  await gate.close(5_000);
  for (const chat of silent) expect(await chat.reply()).toBe('CLOSED');
});

const made = selfSigned();

describe.skipIf(made === null)('TLS', () => {
  test('S6 STARTTLS after a PROXY header and XCLIENT keeps the client, and gives no right back', async () => {
    const tls = { cert: made?.certFile, key: made?.keyFile };
    const gate = { ...proxied, forwarders: ['192.0.2.7'], tls };
    const { port, mails } = await startHarness({ gate });
    const chat = await Chat.open(port);
    chat.write(LINE);
    await chat.reply();
    expect(await chat.say('XCLIENT ADDR=198.51.100.3')).toMatch(/^220 /);
    await chat.say('EHLO client.example');
    expect(await chat.startTls()).toMatch(/^220 /);
    expect(await chat.say('XCLIENT ADDR=198.51.100.4')).toMatch(/^550 /);
    expect(await chat.say('EHLO client.example')).not.toContain('XCLIENT');
    expect(await chat.send('a@example.org', TO, MESSAGE)).toBe('250 2.0.0 taken');
    expect(mails[0]?.mail.envelope.clientIp).toBe('198.51.100.3');
  });
});
