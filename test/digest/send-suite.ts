import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DigestCounts, type DigestParts, sendDigests } from '../../src/digest/send.ts';
import { ANNA, BELA, type OwnConsole, ownConsole } from '../console/own/own-console.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOTHING: DigestCounts = { sent: 0, failed: 0, refused: 0, unknown: 0, nothing: 0 };

/** Letters to a next hop, whichever database has the rows. */
export function describeSending(url: () => string | null): void {
  let it: OwnConsole;

  beforeEach(async () => {
    it = await ownConsole({ database: url() });
  });

  afterEach(() => it.close());

  const parts = (): DigestParts => ({ ...it.parts, now: () => it.clock.now });
  const send = () => {
    it.clock.now = new Date(Math.max(it.clock.now.getTime(), Date.now()) + 1);
    return sendDigests(parts());
  };
  const later = (ms: number) => {
    it.clock.now = new Date(it.clock.now.getTime() + ms);
  };

  test('each recipient gets one letter a day, with the null sender', async () => {
    await it.hold([ANNA, BELA]);
    await it.hold([ANNA]);
    expect(await send()).toEqual({ ...NOTHING, sent: 2 });
    expect(await send()).toEqual({ ...NOTHING, nothing: 2 });
    expect(it.hop.commands.filter((command) => command.startsWith('MAIL'))).toEqual(
      Array(2).fill(expect.stringMatching(/^MAIL FROM:<>/)),
    );
    expect(it.hop.messages.map((message) => /^To: (.*)$/m.exec(message)?.[1]?.trim()).sort()).toEqual([
      ANNA,
      BELA,
    ]);
  });

  test('of two gates that send at once, one sends', async () => {
    await it.hold([ANNA]);
    later(MINUTE_MS);
    const ends = await Promise.all([sendDigests(parts()), sendDigests(parts()), sendDigests(parts())]);
    expect(ends.map(({ sent }) => sent).sort()).toEqual([0, 0, 1]);
    expect(it.hop.messages).toHaveLength(1);
  });

  test('the next day tells what is new alone, and nothing where nothing is', async () => {
    await it.hold([ANNA], { subject: 'First' });
    await send();
    later(DAY_MS);
    expect(await sendDigests(parts())).toEqual({ ...NOTHING, nothing: 1 });
    expect(it.hop.messages).toHaveLength(1);
  });

  test('with the next hop down nobody has had a letter, and the next try sends it', async () => {
    await it.hold([ANNA]);
    it.says.answer = (command) => (command === '.' ? '451 4.3.0 later' : undefined);
    expect(await send()).toEqual({ ...NOTHING, failed: 1 });
    it.says.answer = (command) => (command === 'CONNECT' ? 'CLOSE' : undefined);
    expect(await send()).toEqual({ ...NOTHING, failed: 1 });
    it.says.answer = () => undefined;
    expect(await send()).toEqual({ ...NOTHING, sent: 1 });
  });

  test('a connection that is lost after the dot makes no second letter that day; the next tells the same', async () => {
    await it.hold([ANNA]);
    it.says.answer = (command) => (command === '.' ? 'CLOSE' : undefined);
    expect(await send()).toEqual({ ...NOTHING, unknown: 1 });
    it.says.answer = () => undefined;
    expect(await send()).toEqual({ ...NOTHING, nothing: 1 });
    later(DAY_MS);
    expect(await sendDigests(parts())).toEqual({ ...NOTHING, sent: 1 });
  });

  test('a letter that is refused is not tried again that day', async () => {
    await it.hold([ANNA]);
    it.says.answer = (command) => (command.startsWith('RCPT') ? '550 5.1.1 nobody' : undefined);
    expect(await send()).toEqual({ ...NOTHING, refused: 1 });
    expect(await send()).toEqual({ ...NOTHING, nothing: 1 });
  });

  test('who wants no letters gets none', async () => {
    await it.hold([ANNA]);
    await it.post('/own/letters', 'anna', { on: 'no' });
    expect(await send()).toEqual({ ...NOTHING, nothing: 1 });
  });

  test('C2 the links of a letter that came work once', async () => {
    const id = await it.hold([ANNA]);
    await send();
    const { text = '' } = await simpleParser(it.hop.messages[0] ?? '');
    const path = /\/letters\/[\w-]{43}/.exec(text)?.[0] ?? '';
    expect((await it.open('POST', path)).status).toBe(200);
    expect((await it.open('POST', path)).status).toBe(410);
    expect((await it.parts.quarantine.get(id))?.state).toBe('released');
  });
}
