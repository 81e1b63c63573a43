import { expect, test, vi } from 'vitest';
import type { Answer } from './support/fake-hop.ts';
import { startHarness, withoutOurs } from './support/harness.ts';

const MESSAGE = 'A: 1\r\n\r\nhello\r\n';
const NEXT = 'A: 2\r\n\r\nthe next\r\n';
const TO = ['bob@example.com'];
const STATES = [
  'CONNECT',
  'EHLO gate.example',
  'MAIL FROM:<a@example.org>',
  'RCPT TO:<bob@example.com>',
  'DATA',
  'BODY',
  '.',
] as const;
type State = (typeof STATES)[number];

const usual = (state: State) => (state === 'CONNECT' ? '220' : state === 'DATA' ? '354' : '250');
const PASSES = /^250 /;
const BROKEN = /^451 4\.4\.[12] /;

interface Behaviour {
  readonly does: string;
  readonly answer: (state: State) => Answer;
  /** What the sender hears; a next hop that refuses EHLO is spoken to with HELO, and all is well. */
  readonly told: (state: State) => RegExp;
}

const refusal = (answer: string, told: RegExp): Behaviour => ({
  does: `says ${answer}`,
  answer: () => answer,
  told: (state) => (state === 'CONNECT' ? BROKEN : state.startsWith('EHLO') ? PASSES : told),
});

const BEHAVIOURS: readonly Behaviour[] = [
  refusal('421 4.3.2 closing', /^451 4\.3\.2 closing$/),
  refusal('451 4.3.0 later', /^451 4\.3\.0 later$/),
  refusal('554 5.3.0 never', /^554 5\.3\.0 never$/),
  { does: 'closes', answer: () => 'CLOSE', told: () => BROKEN },
  { does: 'ends its side', answer: () => 'HALF', told: () => BROKEN },
  { does: 'says nothing', answer: () => 'SILENCE', told: (state) => (state === 'BODY' ? PASSES : BROKEN) },
  { does: 'talks nonsense', answer: () => 'yes please', told: () => BROKEN },
  {
    does: 'answers in several lines',
    answer: (state) =>
      state === 'BODY' ? '' : `${usual(state)}-one\r\n${usual(state)}-two\r\n${usual(state)} three`,
    told: (state) => (state === '.' ? /^250-one\n250-two\n250 three$/ : PASSES),
  },
  {
    does: 'answers byte by byte',
    answer: (state) => (state === 'BODY' ? '' : { lines: `${usual(state)} slowly`, how: 'slowly' }),
    told: () => PASSES,
  },
  {
    does: 'answers twice',
    answer: (state) => `${usual(state)} once\r\n${usual(state)} twice`,
    // The second is unasked. After the dot it comes too late to take anything back.
    // Within the message it is told from the answer to the dot only where the message is not sent yet.
    told: (state) => (state === '.' ? PASSES : state === 'BODY' ? /^250 once|^451 4\.4\.2 / : BROKEN),
  },
  {
    does: 'answers and closes',
    answer: (state) => (state === 'BODY' ? 'CLOSE' : { lines: `${usual(state)} and bye`, how: 'and closes' }),
    told: (state) => (state === '.' ? PASSES : BROKEN),
  },
];

const CELLS = BEHAVIOURS.flatMap((behaviour) =>
  STATES.map((state) => [behaviour.does, state, behaviour] as const),
);

test.each(CELLS)(
  'S8 a next hop that %s at %j neither loses nor doubles a message',
  async (_does, state, behaviour) => {
    let odd = true;
    const answer = (heard: string) => (odd && heard === state ? behaviour.answer(state) : undefined);
    const { hello, hop, results } = await startHarness({
      hop: { offers: [], answer },
      nextHop: { replyTimeoutMs: 250 },
    });
    const chat = await hello();
    const told = await chat.send('a@example.org', TO, MESSAGE);
    expect(told).toMatch(behaviour.told(state));
    const taken = told.startsWith('250') ? 1 : 0;
    if (taken === 1) await vi.waitFor(() => expect(hop.messages.map(withoutOurs)).toEqual([MESSAGE]));
    else expect(results.flatMap(({ relayed }) => relayed)).toEqual([]);
    odd = false;
    expect(await chat.say('RSET')).toMatch(/^250 /);
    expect(await chat.send('a@example.org', TO, NEXT)).toBe('250 2.0.0 taken');
    expect(hop.messages.map(withoutOurs).filter((message) => message === NEXT)).toEqual([NEXT]);
    expect(results.flatMap(({ relayed }) => relayed)).toHaveLength(taken + 1);
  },
);

test('S8 a next hop that reads no more costs the reply time-out, and no memory', async () => {
  const { hello, gate } = await startHarness({
    hop: { offers: [], answer: (heard) => (heard === 'BODY' ? 'STALL' : undefined) },
    nextHop: { replyTimeoutMs: 250 },
  });
  const large = `${MESSAGE}${'line of text\r\n'.repeat(1_000_000)}`;
  expect(await (await hello()).send('a@example.org', TO, large)).toMatch(BROKEN);
  await gate.close(1_000);
});

test.each([
  ['a line without an end', '250-'.padEnd(5_000, 'x')],
  ['lines without an end', '250-more\r\n'.repeat(130)],
])('S8 %s as a reply is not kept', async (_words, endless) => {
  const answer = (heard: string) => (heard.startsWith('MAIL') ? endless : undefined);
  const { hello } = await startHarness({ hop: { offers: [], answer } });
  expect(await (await hello()).say('MAIL FROM:<a@example.org>')).toMatch(BROKEN);
});

test('S8 what the next hop says is one reply to the sender, whatever is in it', async () => {
  const answer = (heard: string) =>
    heard.startsWith('RCPT') ? '550 5.1.1 no\x0b\x00\x1b[2J such\x85 user\r250 2.1.5 yes' : undefined;
  const { hello } = await startHarness({ hop: { offers: [], answer } });
  const chat = await hello();
  await chat.say('MAIL FROM:<a@example.org>');
  expect(await chat.say('RCPT TO:<b@example.com>')).toMatch(
    /^550 5\.1\.1 no {3}\[2J such.? user 250 2\.1\.5 yes$/,
  );
  expect(await chat.say('NOOP')).toMatch(/^250 /);
});
