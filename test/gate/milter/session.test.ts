import { describe, expect, it, vi } from 'vitest';
import { ALL, connection, FakeMta, frame, numbers } from './support/fake-mta.ts';
import { startMilterHarness } from './support/harness.ts';

const BOB = 'bob@example.com';
const CY = 'cy@example.com';
const HEADERS = [
  ['From', ' Anna <anna@example.org>'],
  ['Subject', ' hello'],
] as const;
const MESSAGE = 'From: Anna <anna@example.org>\r\nSubject: hello\r\n\r\nhello\r\n';

const codes = (said: readonly { code: string }[]) => said.map(({ code }) => code).join('');

describe('a message over the milter protocol', () => {
  it('is put together again, byte for byte, and judged with who sent it', async () => {
    const { greeted, mails, results } = await startMilterHarness();
    const mta = await greeted();
    const said = await mta.message([BOB, CY], HEADERS, 'hello\r\n');
    expect(codes(said)).toBe('iia');
    expect(mails.map(({ bytes }) => bytes)).toEqual([MESSAGE]);
    expect(mails[0]?.mail.envelope).toEqual({
      clientIp: '192.0.2.7',
      clientName: 'mail.example.org',
      helo: 'client.example',
      mailFrom: 'a@example.org',
      rcptTo: [BOB, CY],
    });
    expect(results).toMatchObject([{ relayed: [BOB, CY], held: [], refused: [], reply: { code: 250 } }]);
  });

  it('is the same one however its bytes are split', async () => {
    const { address, mails } = await startMilterHarness();
    const mta = await FakeMta.agreed(address);
    const bytes = Buffer.concat([
      frame('C', connection()),
      frame('M', '<a@example.org>\0'),
      frame('R', `<${BOB}>\0`),
      ...HEADERS.map(([name, value]) => frame('L', `${name}\0${value}\0`)),
      frame('N'),
      frame('B', 'hello\r\n'),
      frame('E'),
    ]);
    for (const byte of bytes) {
      mta.socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await vi.waitFor(() => expect(mails.map(({ bytes }) => bytes)).toEqual([MESSAGE]));
  });

  it('may follow another on the same connection, and be as large as a file', async () => {
    const { greeted, mails, spooled } = await startMilterHarness({ gate: { spoolAboveBytes: 1_000 } });
    const mta = await greeted();
    await mta.message([BOB], HEADERS, 'hello\r\n');
    await mta.envelope('', [CY]);
    mta.headers(HEADERS);
    const chunk = 'x'.repeat(65_533);
    for (let piece = 0; piece < 8; piece++) expect((await mta.ask('B', `${chunk}\r\n`)).code).toBe('c');
    await mta.end('the end\r\n');
    expect(mails).toHaveLength(2);
    expect(mails[1]?.mail.envelope).toMatchObject({ mailFrom: '', rcptTo: [CY] });
    expect(mails[1]?.bytes).toBe(
      `${MESSAGE.slice(0, -'hello\r\n'.length)}${`${chunk}\r\n`.repeat(8)}the end\r\n`,
    );
    expect(await spooled()).toEqual([]);
  });

  it('is of a user who logged in, whose address is nobody’s business', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted();
    mta.send('D', 'Mi\x004F2\0{auth_authen}\0anna\0');
    await mta.message([BOB], HEADERS, 'hello\r\n');
    expect(mails[0]?.mail.envelope).toMatchObject({ clientIp: null, helo: null });
    // What was said of one message does not hold for the next.
    await mta.message([BOB], HEADERS, 'hello\r\n');
    expect(mails[1]?.mail.envelope).toMatchObject({ clientIp: '192.0.2.7', helo: 'client.example' });
  });
});

describe('M2 what cannot be read', () => {
  it.each([
    ['an unknown command', frame('?')],
    ['a header without its ends', frame('L', 'Subject')],
    ['a frame of no bytes', numbers(0)],
    ['a frame of 4 GiB', numbers(2 ** 32 - 1)],
  ])('%s closes the connection, with a line in the log and a count', async (_what, bytes) => {
    const { greeted, refusals, spooled, warnings } = await startMilterHarness();
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    mta.socket.write(bytes);
    expect(await mta.reply()).toMatchObject({ code: 'CLOSED' });
    expect(await refusals('protocol')).toBe(1);
    expect(warnings.join()).toContain('milter connection broken off');
    expect(await spooled()).toEqual([]);
  });

  it('macros with a name too many cost only that name', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted();
    mta.send('D', 'Mi\x004F2\0{auth_authen}\0anna\0odd\0');
    await mta.message([BOB], HEADERS, 'hello\r\n');
    expect(mails[0]?.mail.envelope.clientIp).toBeNull();
  });

  it('an unknown SMTP command, DATA and a second negotiation change nothing', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted();
    expect((await mta.ask('U', 'XYZZY\0')).code).toBe('c');
    expect((await mta.ask('O', numbers(6, ALL.actions, ALL.steps))).code).toBe('O');
    await mta.envelope('a@example.org', [BOB]);
    expect((await mta.ask('T')).code).toBe('c');
    mta.headers(HEADERS);
    await mta.end('hello\r\n');
    expect(mails.map(({ bytes }) => bytes)).toEqual([MESSAGE]);
  });
});

describe('M4 the order of a session', () => {
  it('ABORT forgets the message, and a new MAIL begins another', async () => {
    const { greeted, mails, spooled } = await startMilterHarness({ gate: { spoolAboveBytes: 10 } });
    const mta = await greeted();
    await mta.envelope('first@example.org', [CY]);
    mta.headers([['X-First', ' yes']]);
    await mta.ask('B', 'first\r\n'.repeat(20_000));
    mta.send('A');
    await mta.message([BOB], HEADERS, 'hello\r\n');
    expect(mails.map(({ bytes }) => bytes)).toEqual([MESSAGE]);
    expect(mails[0]?.mail.envelope).toMatchObject({ mailFrom: 'a@example.org', rcptTo: [BOB] });
    expect(await spooled()).toEqual([]);
  });

  it('a MAIL within a message begins another, too', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted();
    await mta.envelope('first@example.org', [CY]);
    mta.headers([['X-First', ' yes']]);
    await mta.message([BOB], HEADERS, 'hello\r\n');
    expect(mails.map(({ bytes }) => bytes)).toEqual([MESSAGE]);
  });

  it('a body without any header is a message without headers', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    await mta.ask('B', 'hello\r\n');
    await mta.end();
    expect(mails.map(({ bytes }) => bytes)).toEqual(['\r\nhello\r\n']);
  });

  it.each([
    ['a header after the body', ['M', 'R', 'B', 'L']],
    ['a recipient before MAIL', ['R']],
    ['a header before MAIL', ['L']],
    ['a body before MAIL', ['B']],
    ['an end before MAIL', ['E']],
    ['a header after the end', ['M', 'R', 'E', 'L']],
  ])('%s closes the connection', async (_what, order) => {
    const { greeted, refusals } = await startMilterHarness();
    const mta = await greeted();
    const data: Record<string, string> = { M: '<a@example.org>\0', R: `<${BOB}>\0`, L: 'X\0 y\0' };
    for (const code of order) mta.send(code, data[code] ?? '');
    for (let said = await mta.reply(); said.code !== 'CLOSED'; said = await mta.reply());
    expect(await refusals('protocol')).toBe(1);
  });

  it('anything before the negotiation closes the connection', async () => {
    const { address, refusals } = await startMilterHarness();
    const mta = await FakeMta.open(address);
    expect((await mta.ask('C', connection())).code).toBe('CLOSED');
    expect(await refusals('protocol')).toBe(1);
  });

  it('QUIT closes the connection, and QUIT_NC keeps it for the next client', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted();
    mta.send('D', 'M{auth_authen}\0anna\0');
    await mta.message([BOB], HEADERS, 'hello\r\n');
    mta.send('K');
    expect((await mta.ask('C', connection('198.51.100.9', 40_000, 'other.example'))).code).toBe('c');
    await mta.message([BOB], HEADERS, 'hello\r\n');
    expect(mails.map(({ mail }) => mail.envelope.clientIp)).toEqual([null, '198.51.100.9']);
    expect(mails[1]?.mail.envelope.helo).toBeNull();
    expect((await mta.ask('Q')).code).toBe('CLOSED');
  });
});

describe('M5 headers', () => {
  it('keep the bytes after the colon, folded lines, 8-bit and odd blanks', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted();
    const fields = [
      ['A', 'none'],
      ['B', '  two'],
      ['C', '\ttab\n\tfolded \n again'],
      ['D', ' caf\xe9'],
      ['E', ''],
    ] as const;
    await mta.message([BOB], fields, '');
    expect(mails[0]?.bytes).toBe(
      'A:none\r\nB:  two\r\nC:\ttab\r\n\tfolded \r\n again\r\nD: caf\xe9\r\nE:\r\n\r\n',
    );
    expect(mails[0]?.mail.wire).toEqual({ bareCr: 0, bareLf: 0, nul: 0 });
  });

  it('get the blank back that a mail server takes off which cannot leave it', async () => {
    const { greeted, mails } = await startMilterHarness();
    const mta = await greeted({ version: 2, actions: 0x3f, steps: 0x7f });
    await mta.envelope('a@example.org', [BOB]);
    for (const [name, value] of HEADERS)
      expect((await mta.ask('L', `${name}\0${value.trimStart()}\0`)).code).toBe('c');
    expect((await mta.ask('N')).code).toBe('c');
    const said = await mta.end('hello\r\n');
    expect(mails[0]?.bytes).toBe(MESSAGE);
    // The mail server puts the blank on, so it must not come from us.
    expect(said.find(({ code }) => code === 'i')?.data).toBe('\0\0\0\0X-Postern-Reasons\0none\0');
  });
});

describe('M6 what is too large', () => {
  const gate = { maxMessageBytes: 100_000 };

  it('is skipped where that is granted, and refused at its end', async () => {
    const { greeted, mails } = await startMilterHarness({ gate });
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    mta.headers(HEADERS);
    expect((await mta.ask('B', 'x'.repeat(65_000))).code).toBe('c');
    expect((await mta.ask('B', 'x'.repeat(65_000))).code).toBe('s');
    expect(await mta.end()).toMatchObject([{ code: 'y', data: expect.stringMatching(/^552 5\.3\.4 /) }]);
    expect(mails).toEqual([]);
  });

  it('is read to its end where it is not', async () => {
    const { greeted } = await startMilterHarness({ gate });
    const mta = await greeted({ steps: ALL.steps & ~0x400 });
    await mta.envelope('a@example.org', [BOB]);
    mta.headers(HEADERS);
    for (let piece = 0; piece < 4; piece++) expect((await mta.ask('B', 'x'.repeat(65_000))).code).toBe('c');
    expect(await mta.end()).toMatchObject([{ code: 'y', data: expect.stringMatching(/^552 5\.3\.4 /) }]);
  });

  it('is not skipped at the limit', async () => {
    const { greeted, mails } = await startMilterHarness({ gate: { maxMessageBytes: 60_000 } });
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    expect((await mta.ask('B', 'x'.repeat(59_998))).code).toBe('c');
    expect(codes(await mta.end())).toBe('iia');
    expect(mails[0]?.bytes).toHaveLength(60_000);
  });
});

describe('M7 long work', () => {
  it('says every while that it is at work', async () => {
    const judged = Promise.withResolvers<void>();
    const { greeted } = await startMilterHarness({
      milter: { progressMs: 20 },
      before: () => judged.promise,
    });
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    mta.headers(HEADERS);
    mta.send('E');
    for (let times = 0; times < 3; times++) expect(await mta.reply()).toEqual({ code: 'p', data: '' });
    judged.resolve();
    let said = await mta.reply();
    while (said.code === 'p') said = await mta.reply();
    expect(said.code).toBe('i');
  });
});

describe('M8 connections', () => {
  it('five hundred idle ones stand in nobody’s way', async () => {
    const { address, greeted, mails, metrics } = await startMilterHarness();
    const idle = await Promise.all(Array.from({ length: 500 }, () => FakeMta.agreed(address)));
    const mta = await greeted();
    expect(codes(await mta.message([BOB], HEADERS, 'hello\r\n'))).toBe('iia');
    expect(mails).toHaveLength(1);
    expect((await metrics.connections.get()).values).toMatchObject([
      { labels: { gate: 'milter' }, value: 501 },
    ]);
    for (const one of idle) one.leave();
    mta.leave();
    await vi.waitFor(async () => expect((await metrics.connections.get()).values[0]?.value).toBe(0));
  });

  it('above the limit the client is told to come again, and others go on', async () => {
    const { address, greeted, refusals } = await startMilterHarness({
      milter: { limits: { connections: 2 } },
    });
    const [first] = [await greeted(), await greeted()];
    const third = await FakeMta.agreed(address);
    expect(await third.ask('C', connection())).toMatchObject({
      code: 'y',
      data: expect.stringMatching(/^451 4\.7\.0 /),
    });
    expect((await third.reply()).code).toBe('CLOSED');
    expect(await refusals('connections')).toBe(1);
    // It was closed by us, and not because it was silent.
    expect(await refusals('timeout')).toBe(0);
    expect(codes(await first.message([BOB], HEADERS, 'hello\r\n'))).toBe('iia');
    first.leave();
    await vi.waitFor(async () => {
      const again = await FakeMta.agreed(address);
      const { code } = await again.ask('C', connection());
      again.leave();
      expect(code).toBe('c');
    });
  });

  it('one that is silent for too long is closed', async () => {
    const { address, refusals } = await startMilterHarness({ milter: { limits: { idleTimeoutMs: 30 } } });
    const mta = await FakeMta.agreed(address);
    expect((await mta.reply()).code).toBe('CLOSED');
    expect(await refusals('timeout')).toBe(1);
  });
});

describe('M9 what cannot be done now is said with 4xx', () => {
  it('where inspection fails', async () => {
    const { greeted, refusals, spooled } = await startMilterHarness({
      before: () => Promise.reject(new Error('no')),
    });
    const mta = await greeted();
    expect(await mta.message([BOB], HEADERS, 'hello\r\n')).toMatchObject([
      { code: 'y', data: expect.stringMatching(/^451 4\.3\.0 /) },
    ]);
    expect(await refusals('internal')).toBe(1);
    expect(await spooled()).toEqual([]);
  });

  it('where a client sends too fast, and its next mail server does not', async () => {
    const { greeted } = await startMilterHarness({ gate: { limits: { messagesPerClientPerMinute: 1 } } });
    const mta = await greeted();
    expect(codes(await mta.message([BOB], HEADERS, ''))).toBe('iia');
    expect(await mta.ask('M', '<a@example.org>\0')).toMatchObject({
      code: 'y',
      data: expect.stringMatching(/^451 4\.7\.1 /),
    });
    mta.send('K');
    await mta.ask('C', connection('198.51.100.9'));
    expect(codes(await mta.message([BOB], HEADERS, ''))).toBe('iia');
  });

  it('where there are too many recipients, for those alone', async () => {
    const { greeted, mails } = await startMilterHarness({ gate: { maxRecipients: 1 } });
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    expect(await mta.ask('R', `<${CY}>\0`)).toMatchObject({
      code: 'y',
      data: expect.stringMatching(/^452 /),
    });
    await mta.end('hello\r\n');
    expect(mails[0]?.mail.envelope.rcptTo).toEqual([BOB]);
  });

  it('where a message has no recipient at all', async () => {
    const { greeted } = await startMilterHarness();
    const mta = await greeted();
    await mta.envelope('a@example.org', []);
    expect(await mta.end('hello\r\n')).toMatchObject([{ code: 'y', data: expect.stringMatching(/^451 /) }]);
  });

  it('where a message does not come to its end in time', async () => {
    const { greeted, spooled } = await startMilterHarness({ gate: { limits: { dataTimeoutMs: 30 } } });
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    mta.headers(HEADERS);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await mta.end('hello\r\n')).toMatchObject([
      { code: 'y', data: expect.stringMatching(/^451 4\.4\.2 /) },
    ]);
    expect(await spooled()).toEqual([]);
  });
});

describe('bare line ends', () => {
  it('are made CRLF, and counted', async () => {
    const { greeted, mails, metrics } = await startMilterHarness();
    const mta = await greeted();
    await mta.message([BOB], HEADERS, 'one\rtwo\nthree\r\n');
    expect(mails[0]?.bytes.endsWith('\r\n\r\none\r\ntwo\r\nthree\r\n')).toBe(true);
    expect((await metrics.bareLineEnds.get()).values[0]?.value).toBe(1);
  });

  it('are refused where that is configured', async () => {
    const { greeted } = await startMilterHarness({ gate: { bareLineEnds: 'reject' } });
    const mta = await greeted();
    expect(await mta.message([BOB], HEADERS, 'one\rtwo\r\n')).toMatchObject([
      { code: 'y', data: expect.stringMatching(/^550 5\.6\.0 /) },
    ]);
  });
});
