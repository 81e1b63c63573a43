import { expect, test, vi } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import type { Decision } from '../../src/decision.ts';
import { Admission, ClientLimits } from '../../src/gate/limits.ts';
import { Chat } from './support/chat.ts';
import { startHarness } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';
const limits = (given: Record<string, number>) =>
  new ClientLimits(configSchema.parse({ gate: { limits: given } }).gate.limits);

test('connections are counted for all and for each client, forwarders apart', () => {
  const counted = limits({ connections: 3, connectionsPerClient: 1 });
  const leave = counted.connect('192.0.2.1', false);
  expect(() => counted.connect('192.0.2.1', false)).toThrow('1 connections of 192.0.2.1');
  counted.connect('192.0.2.2', true);
  counted.connect('192.0.2.2', true);
  expect(() => counted.connect('192.0.2.3', false)).toThrow('3 connections');
  leave();
  leave();
  expect(counted.connections).toBe(2);
  counted.connect('192.0.2.1', false);
});

test('the allowance of a client fills evenly within a minute', () => {
  const counted = limits({ messagesPerClientPerMinute: 2 });
  counted.message('192.0.2.1', 0);
  counted.message('192.0.2.1', 0);
  expect(() => counted.message('192.0.2.1', 29_999)).toThrow('rate of 192.0.2.1');
  counted.message('192.0.2.2', 29_999);
  counted.message('192.0.2.1', 30_000);
  expect(() => counted.message('192.0.2.1', 59_999)).toThrow();
});

test('a large message waits for room and is not overtaken', async () => {
  const admission = new Admission(10, 100);
  const order: string[] = [];
  const enter = async (name: string, bytes: number) => {
    const leave = await admission.enter(bytes);
    order.push(name);
    return leave;
  };
  const first = await enter('first', 60);
  const large = enter('large', 1000);
  const small = enter('small', 10);
  await Promise.resolve();
  expect(order).toEqual(['first']);
  first();
  (await large)();
  (await small)();
  expect(order).toEqual(['first', 'large', 'small']);
});

test('when as many wait as are inside, there is no room', async () => {
  const admission = new Admission(1, 100);
  const leave = await admission.enter(1);
  admission.checkRoom();
  const waiting = admission.enter(1);
  expect(() => admission.checkRoom()).toThrow('1 messages wait');
  leave();
  (await waiting)();
  admission.checkRoom();
});

test('S9 one connection too many is told 421 and closed, and counted', async () => {
  const { port, hello, metrics } = await startHarness({ gate: { limits: { connectionsPerClient: 1 } } });
  const first = await hello();
  const second = await Chat.open(port);
  expect(await second.reply()).toMatch(/^421 4\.7\.0 /);
  expect(await second.reply()).toBe('CLOSED');
  first.leave();
  await vi.waitFor(async () => expect(await (await Chat.open(port)).reply()).toMatch(/^220 /));
  expect((await metrics.refusals.get()).values[0]?.labels).toEqual({ gate: 'smtp', reason: 'connections' });
});

test('one message too many in a minute is told 451, and the next hop does not hear of it', async () => {
  const { hello, hop } = await startHarness({ gate: { limits: { messagesPerClientPerMinute: 1 } } });
  const chat = await hello();
  expect(await chat.send('a@example.org', ['b@example.com'], MESSAGE)).toMatch(/^250 /);
  expect(await chat.say('MAIL FROM:<a@example.org>')).toMatch(/^451 4\.7\.1 /);
  expect(hop.commands.filter((command) => command.startsWith('MAIL'))).toHaveLength(1);
});

test('a forwarder is limited for each client it names, and not for itself', async () => {
  const gate = { forwarders: ['127.0.0.1'], limits: { messagesPerClientPerMinute: 1 } };
  const { hello } = await startHarness({ gate });
  const chat = await hello();
  for (const answer of [/^250 /, /^451 4\.7\.1 /]) {
    await chat.say('XFORWARD ADDR=192.0.2.1');
    expect(await chat.say('MAIL FROM:<a@example.org>')).toMatch(answer);
    await chat.say('RSET');
  }
  for (const answer of [/^250 /, /^250 /]) {
    expect(await chat.say('MAIL FROM:<a@example.org>')).toMatch(answer);
    await chat.say('RSET');
  }
});

test('after its share of messages a connection is closed with 421', async () => {
  const { hello } = await startHarness({ gate: { limits: { messagesPerConnection: 1 } } });
  const chat = await hello();
  expect(await chat.send('a@example.org', ['b@example.com'], MESSAGE)).toMatch(/^250 /);
  expect(await chat.say('MAIL FROM:<a@example.org>')).toMatch(/^421 /);
  expect(await chat.reply()).toBe('CLOSED');
});

test('one recipient too many is told 452', async () => {
  const { hello } = await startHarness({ gate: { maxRecipients: 1 } });
  const chat = await hello();
  await chat.say('MAIL FROM:<a@example.org>');
  expect(await chat.say('RCPT TO:<b@example.com>')).toMatch(/^250 /);
  expect(await chat.say('RCPT TO:<c@example.com>')).toMatch(/^452 /);
});

test('an overloaded gate says 451 at MAIL, and takes mail again when it is not', async () => {
  const waiting: (() => void)[] = [];
  const { hello, mails } = await startHarness({
    gate: { limits: { inFlight: 1 } },
    inspect: async (mail) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      const fates = [{ verdict: 'accept', recipients: mail.envelope.rcptTo, policy: 'test' }] as const;
      return { id: mail.id, fates } satisfies Partial<Decision> as unknown as Decision;
    },
  });
  const first = (await hello()).send('a@example.org', ['b@example.com'], MESSAGE);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  const second = (await hello()).send('a@example.org', ['b@example.com'], MESSAGE);
  const third = await hello();
  await vi.waitFor(async () => {
    await third.say('RSET');
    expect(await third.say('MAIL FROM:<a@example.org>')).toMatch(/^451 4\.3\.2 /);
  });
  expect(mails).toHaveLength(1);
  waiting[0]?.();
  expect(await first).toMatch(/^250 /);
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  waiting[1]?.();
  expect(await second).toMatch(/^250 /);
});
