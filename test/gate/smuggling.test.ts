import { expect, test } from 'vitest';
import type { Chat } from './support/chat.ts';
import { type Cut, cuts, END_OF_DATA_VARIANTS, SMUGGLED } from './support/end-of-data.ts';
import { startHarness, withoutOurs } from './support/harness.ts';

const LENIENT = { offers: ['PIPELINING'], lenient: true };
const HEAD = 'Subject: one\r\n\r\nfirst';

/** Sends a message in two packets, and gives the reply to its dot. */
async function send(chat: Chat, { first, rest }: Cut): Promise<string> {
  for (const command of ['MAIL FROM:<a@example.org>', 'RCPT TO:<b@example.com>', 'DATA'])
    await chat.say(command);
  chat.write(first);
  await new Promise((resolve) => setImmediate(resolve));
  chat.write(rest);
  return chat.say('.');
}

test.each(END_OF_DATA_VARIANTS)(
  'S1 %j within a message makes no second one, even for a lenient server',
  async (variant) => {
    const harness = await startHarness({ hop: LENIENT });
    const chat = await harness.hello();
    const messages = cuts(HEAD, variant);
    for (const message of messages) expect(await send(chat, message)).toBe('250 2.0.0 taken');
    expect(harness.hop.messages).toHaveLength(messages.length);
    expect(harness.hop.commands.filter((command) => command.includes('evil'))).toEqual([]);
    const passed = withoutOurs(harness.hop.messages[0])?.replace(/first[\r\n.\0]+/, 'first|');
    expect(passed).toBe(`Subject: one\r\n\r\nfirst|${SMUGGLED}`);
    expect(harness.mails.map(({ bytes }) => bytes)).toEqual(harness.hop.messages.map(withoutOurs));
  },
);

test.each(END_OF_DATA_VARIANTS)('S1 %j after the size limit makes no message at all', async (variant) => {
  const harness = await startHarness({ hop: LENIENT, gate: { maxMessageBytes: 1_000 } });
  const chat = await harness.hello();
  for (const message of cuts(HEAD.padEnd(1_001, 'x'), variant)) {
    expect(await send(chat, message)).toBe('552 5.3.4 Message exceeds the maximum of 1000 bytes');
  }
  expect(harness.hop.messages).toEqual([]);
  expect(harness.hop.commands.filter((command) => /evil|DATA/.test(command))).toEqual([]);
  expect(await chat.send('a@example.org', ['b@example.com'], 'A: 1\r\n\r\nlast\r\n')).toBe('250 2.0.0 taken');
});

test.each(END_OF_DATA_VARIANTS)('S2 %j is refused where bare line ends are', async (variant) => {
  const harness = await startHarness({ hop: LENIENT, gate: { bareLineEnds: 'reject' } });
  const chat = await harness.hello();
  // NUL is no line end; all others here have a bare CR or LF in them.
  const told = variant.includes('\0') ? '250 2.0.0 taken' : '550 5.6.0 Message has bare line ends';
  for (const message of cuts(HEAD, variant)) expect(await send(chat, message)).toBe(told);
  expect(harness.hop.commands.filter((command) => command.includes('evil'))).toEqual([]);
  const { values } = await harness.metrics.bareLineEnds.get();
  if (!variant.includes('\0')) expect(values).toMatchObject([{ value: variant.length + 1 }]);
});
