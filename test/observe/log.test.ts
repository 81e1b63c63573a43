import { describe, expect, test } from 'vitest';
import { createLogger, LIST_ITEMS, STACK_CHARACTERS, TEXT_CHARACTERS } from '../../src/observe/log.ts';

function keeping(addresses: 'full' | 'redacted' = 'full', level: 'info' | 'warn' = 'info') {
  const text: string[] = [];
  const log = createLogger({ level, addresses }, { write: (line) => text.push(line) });
  return { log, text, events: () => text.map((line) => JSON.parse(line)) };
}

describe('a log line', () => {
  test('is one JSON object with level, time and what happened', () => {
    const { log, text, events } = keeping();
    log.info({ event: 'decided', id: 'X', score: 0.5, at: new Date(0), reply: null }, 'words');
    expect(text).toHaveLength(1);
    expect(events()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        event: 'decided',
        id: 'X',
        score: 0.5,
        at: '1970-01-01T00:00:00.000Z',
        reply: null,
        msg: 'words',
      },
    ]);
  });

  test('stays one line whatever the sender wrote', () => {
    const { log, text, events } = keeping();
    const subject = 'a\r\n{"level":"error"}\u0000\u001b[2J';
    log.warn({ event: 'decided', subject }, `from ${subject}`);
    expect(text.join('').match(/\n/g)).toHaveLength(1);
    expect(text[0]).not.toMatch(/[\r\0\u001b]/);
    expect(events()[0]).toMatchObject({ subject, msg: `from ${subject}` });
  });

  test.each([
    [TEXT_CHARACTERS, TEXT_CHARACTERS],
    [TEXT_CHARACTERS + 1, TEXT_CHARACTERS],
    [1_000_000, TEXT_CHARACTERS],
  ])('a text of %i characters is logged with %i', (given, logged) => {
    const { log, events } = keeping();
    log.info({ subject: 'x'.repeat(given), deep: { list: ['y'.repeat(given)] } }, 'z'.repeat(given));
    expect(events()[0].subject).toHaveLength(logged);
    expect(events()[0].deep.list[0]).toHaveLength(logged);
    expect(events()[0].msg).toHaveLength(logged);
  });

  test('long lists and deep objects are cut', () => {
    const { log, events } = keeping();
    const deep: Record<string, unknown> = {};
    deep.self = deep;
    log.info({ list: Array(LIST_ITEMS + 5).fill(1), deep });
    expect(events()[0].list).toHaveLength(LIST_ITEMS + 1);
    expect(events()[0].list.at(-1)).toBe('and 5 more');
    expect(JSON.stringify(events()[0].deep)).toContain('…');
  });

  test('an error has type, message, code, cause and a bounded stack', () => {
    const { log, events } = keeping();
    const error = Object.assign(new TypeError('m'.repeat(10_000), { cause: new Error('why') }), {
      code: 'EX',
    });
    log.error({ event: 'broken', err: error });
    const { err } = events()[0];
    expect(err).toMatchObject({ type: 'TypeError', code: 'EX', cause: 'why' });
    expect([err.message.length, err.stack.length]).toEqual([TEXT_CHARACTERS, STACK_CHARACTERS]);
  });

  test('below the level nothing is written', () => {
    const { log, text } = keeping('full', 'warn');
    log.info({ event: 'decided' });
    expect(text).toEqual([]);
  });
});

describe('addresses', () => {
  const event = {
    mailFrom: 'alice@example.com',
    rcptTo: ['bob@example.org'],
    err: new Error('550 <carol@example.net> unknown'),
  };

  test('are redacted everywhere in the line where that is configured', () => {
    const { log, text, events } = keeping('redacted');
    log.info(event, 'refused dan@example.com');
    expect(events()[0]).toMatchObject({ mailFrom: 'a***@example.com', rcptTo: ['b***@example.org'] });
    expect(text.join('')).not.toMatch(/alice|bob|carol|dan@/);
  });

  test('are redacted before a text is cut, so that no cut address gets through', () => {
    const { log, text } = keeping('redacted');
    log.info({ subject: `${'x'.repeat(TEXT_CHARACTERS - 8)} secretname@example.com` });
    expect(text.join('')).not.toContain('sec');
  });

  test('are whole otherwise', () => {
    const { log, events } = keeping('full');
    log.info(event);
    expect(events()[0]).toMatchObject({ mailFrom: 'alice@example.com', rcptTo: ['bob@example.org'] });
  });
});
