import { expect, test } from 'vitest';
import { startHarness, withoutOurs } from './support/harness.ts';

const MESSAGE = 'Subject: hello\r\nFrom: ann@example.org\r\n\r\nHow are you?\r\n.dot\r\n';

test('a message goes through in lock-step, and the sender hears the next hop', async () => {
  const { hello, hop, results, mails } = await startHarness();
  const chat = await hello();
  expect(await chat.say('MAIL FROM:<ann@example.org>')).toBe('250 2.1.0 sender ok');
  expect(await chat.say('RCPT TO:<bob@example.com>')).toBe('250 2.1.5 recipient ok');
  expect(await chat.say('DATA')).toMatch(/^354 /);
  chat.write(MESSAGE.replace(/^\./gm, '..'));
  expect(await chat.say('.')).toBe('250 2.0.0 taken');
  expect(hop.commands).toEqual([
    'EHLO gate.example',
    'MAIL FROM:<ann@example.org>',
    'RCPT TO:<bob@example.com>',
    'DATA',
  ]);
  expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE]);
  expect(mails[0]?.bytes).toBe(MESSAGE);
  expect(results).toMatchObject([{ relayed: ['bob@example.com'], held: [], refused: [] }]);
});
