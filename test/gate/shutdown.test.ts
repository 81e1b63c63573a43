import { expect, test, vi } from 'vitest';
import type { Decision } from '../../src/decision.ts';
import { Chat } from './support/chat.ts';
import { startHarness } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';

test('a closing gate tells idle clients 421 and takes no new ones', async () => {
  const { gate, hello, port } = await startHarness();
  const chat = await hello();
  const closing = gate.close(5_000);
  expect(await chat.reply()).toMatch(/^421 4\.3\.2 /);
  expect(await chat.reply()).toBe('CLOSED');
  await closing;
  await expect(Chat.open(port)).rejects.toThrow('ECONNREFUSED');
});

test('a message that is being judged is finished first', async () => {
  let judge: () => void = () => undefined;
  const { gate, hello, hop, mails } = await startHarness({
    inspect: async (mail) => {
      await new Promise<void>((resolve) => {
        judge = resolve;
      });
      const fates = [{ verdict: 'accept', recipients: mail.envelope.rcptTo, policy: 'test' }] as const;
      return { id: mail.id, fates } satisfies Partial<Decision> as unknown as Decision;
    },
  });
  const chat = await hello();
  const sent = chat.send('a@example.org', ['b@example.com'], MESSAGE);
  await vi.waitFor(() => expect(mails).toHaveLength(1));
  const closing = gate.close(5_000);
  judge();
  expect(await sent).toBe('250 2.0.0 taken');
  expect(await chat.reply()).toMatch(/^421 /);
  await closing;
  expect(hop.messages).toHaveLength(1);
});

test('one that takes longer than the grace is broken off, and the sender still has it', async () => {
  const never = () => new Promise<Decision>(() => undefined);
  const { gate, hello, hop, mails } = await startHarness({ inspect: never });
  const chat = await hello();
  const sent = chat.send('a@example.org', ['b@example.com'], MESSAGE);
  await vi.waitFor(() => expect(mails).toHaveLength(1));
  await gate.close(50);
  expect(await sent).toMatch(/^421 |CLOSED/);
  expect(hop.messages).toEqual([]);
});
