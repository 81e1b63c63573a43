import { expect, test } from 'vitest';
import { startHarness, withoutOurs } from './support/harness.ts';

/** What some server has taken for the end of the data at some time (CVE-2023-51764, 51765, 51766). */
const VARIANTS = [
  '\n.\n',
  '\n.\r',
  '\r.\n',
  '\r.\r',
  '\n.\r\n',
  '\r.\r\n',
  '\r\n.\r',
  '\r\n.\n',
  '\r\n\0.\r\n',
  '\r\n.\r\r\n',
  '\r\r\n.\r\r\n',
  '\n..\r\n',
  '\r..\r\n',
  '\n..\n',
];
const SMUGGLED =
  'MAIL FROM:<evil@example.org>\r\nRCPT TO:<eve@example.com>\r\nDATA\r\nSubject: evil\r\n\r\nevil\r\n';

test.each(VARIANTS)('S1 %j within a message makes no second one, even for a lenient server', async (variant) => {
  const harness = await startHarness({ hop: { offers: ['PIPELINING'], lenient: true } });
  const message = `Subject: one\r\n\r\nfirst${variant}${SMUGGLED}`;
  const chat = await harness.hello();
  for (let cut = 0; cut <= variant.length; cut++) {
    await chat.say('MAIL FROM:<a@example.org>');
    await chat.say('RCPT TO:<b@example.com>');
    await chat.say('DATA');
    const at = message.indexOf(variant) + cut;
    chat.write(message.slice(0, at));
    // The other half comes in a packet of its own.
    await new Promise((resolve) => setImmediate(resolve));
    chat.write(message.slice(at));
    expect(await chat.say('.')).toBe('250 2.0.0 taken');
  }
  const count = variant.length + 1;
  expect(harness.hop.messages).toHaveLength(count);
  expect(harness.hop.commands.filter((command) => command.includes('evil'))).toEqual([]);
  const passed = withoutOurs(harness.hop.messages[0])?.replace(/first[\r\n.\0]+/, 'first|');
  expect(passed).toBe(`Subject: one\r\n\r\nfirst|${SMUGGLED}`);
  expect(harness.mails.map(({ bytes }) => bytes)).toEqual(harness.hop.messages.map(withoutOurs));
});
