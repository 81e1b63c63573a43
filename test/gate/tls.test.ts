import { describe, expect, test } from 'vitest';
import { connect } from '../../src/gate/next-hop/connect.ts';
import { selfSigned } from './support/certificate.ts';
import { Chat } from './support/chat.ts';
import { startHarness } from './support/harness.ts';

const made = selfSigned();
const pair = made ?? { cert: '', key: '', certFile: '', keyFile: '' };
const offers = ['STARTTLS', 'PIPELINING'];
const tlsHop = { offers, tls: { cert: pair.cert, key: pair.key } };
const MESSAGE = 'A: 1\r\n\r\nhello\r\n';

describe.skipIf(made === null)('TLS', () => {
  test('the next hop is spoken to under TLS where it offers that', async () => {
    const { hello, hop } = await startHarness({ hop: tlsHop });
    expect(await (await hello()).send('a@example.org', ['b@example.com'], MESSAGE)).toBe('250 2.0.0 taken');
    expect(hop.commands).toEqual([
      'EHLO gate.example',
      'STARTTLS',
      'EHLO gate.example',
      'MAIL FROM:<a@example.org>',
      'RCPT TO:<b@example.com>',
      'DATA',
    ]);
  });

  test('where TLS is off, STARTTLS is not said', async () => {
    const { hello, hop } = await startHarness({ hop: tlsHop, nextHop: { tls: 'off' } });
    expect(await (await hello()).send('a@example.org', ['b@example.com'], MESSAGE)).toBe('250 2.0.0 taken');
    expect(hop.commands).not.toContain('STARTTLS');
  });

  test('a handshake that fails costs opportunistic TLS one more connection', async () => {
    // It says 220 and then speaks no TLS.
    const hop = { offers, answer: (command: string) => (command === 'STARTTLS' ? '220 go on' : undefined) };
    const { hello } = await startHarness({ hop, nextHop: { replyTimeoutMs: 500 } });
    expect(await (await hello()).send('a@example.org', ['b@example.com'], MESSAGE)).toBe('250 2.0.0 taken');
  });

  test.each([
    ['STARTTLS is not offered', { offers: ['PIPELINING'] }],
    [
      'STARTTLS is refused',
      { offers, answer: (command: string) => (command === 'STARTTLS' ? '454 4.7.0 no' : undefined) },
    ],
  ])('with TLS required nothing is sent where %s', async (_words, hop) => {
    const harness = await startHarness({ hop, nextHop: { tls: 'required' } });
    expect(await (await harness.hello()).say('MAIL FROM:<a@example.org>')).toMatch(/^451 4\.4\.1 /);
    expect(harness.hop.commands.filter((command) => command.startsWith('MAIL'))).toEqual([]);
  });

  test('a certificate that must be verified and cannot be is refused', async () => {
    const harness = await startHarness({ hop: tlsHop, nextHop: { tls: 'required', verify: true } });
    expect(await (await harness.hello()).say('MAIL FROM:<a@example.org>')).toMatch(/^451 4\.4\.[12] /);
    expect(harness.hop.commands).not.toContain('MAIL FROM:<a@example.org>');
  });

  test('S5 a reply that comes in the clear after STARTTLS is an injection', async () => {
    const harness = await startHarness({ hop: { offers: ['PIPELINING'] } });
    const hop = {
      ...tlsHop,
      answer: (command: string) => (command === 'STARTTLS' ? '220 go\r\n250-X' : undefined),
    };
    const other = await startHarness({ hop });
    expect(harness.hop.connections).toBeGreaterThanOrEqual(0);
    const config = {
      host: '127.0.0.1',
      port: other.hop.port,
      protocol: 'smtp',
      tls: 'required',
      verify: false,
    } as const;
    const connecting = connect(
      { ...config, pool: 1, connectTimeoutMs: 1000, replyTimeoutMs: 1000 },
      'gate.example',
    );
    await expect(connecting).rejects.toThrow('input after STARTTLS');
  });

  test('S5 a client may use TLS, and what it said before in the clear is forgotten', async () => {
    const { port, hop, mails } = await startHarness({
      gate: { tls: { cert: pair.certFile, key: pair.keyFile } },
    });
    const chat = await Chat.open(port);
    await chat.reply();
    expect(await chat.say('EHLO client.example')).toContain('STARTTLS');
    await chat.say('MAIL FROM:<plain@example.org>');
    expect(await chat.startTls()).toMatch(/^220 /);
    expect(await chat.say('EHLO secure.example')).not.toContain('STARTTLS');
    expect(await chat.send('a@example.org', ['b@example.com'], MESSAGE)).toBe('250 2.0.0 taken');
    expect(mails[0]?.mail.envelope).toMatchObject({ helo: 'secure.example', mailFrom: 'a@example.org' });
    expect(hop.messages[0]).toContain('with ESMTPS id');
    expect(hop.commands).toContain('RSET');
  });

  const injections = [
    'STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@example.org>\r\n',
    'STARTTLS\r\nEHLO evil.example',
    // smtp-server takes a turn of the event loop every hundred commands: the handshake may end in between.
    `STARTTLS\r\n${'EHLO evil.example\r\n'.repeat(250)}MAIL FROM:<evil@example.org>\r\n`,
  ];

  test.each(injections)('S5 what is injected behind STARTTLS is discarded: %j', async (injection) => {
    const { port, hop, mails } = await startHarness({
      gate: { tls: { cert: pair.certFile, key: pair.keyFile } },
    });
    const chat = await Chat.open(port);
    await chat.reply();
    await chat.say('EHLO client.example');
    chat.write(injection);
    expect(await chat.reply()).toMatch(/^220 /);
    await chat.secure();
    // Nothing that was said before counts, and nothing is answered but this.
    expect(await chat.say('MAIL FROM:<a@example.org>')).toMatch(/^503 /);
    expect(await chat.say('EHLO client.example')).toMatch(/^250-gate\.example/);
    expect(await chat.send('a@example.org', ['b@example.com'], MESSAGE)).toBe('250 2.0.0 taken');
    expect(hop.commands.filter((command) => command.includes('evil'))).toEqual([]);
    expect(mails[0]?.mail.envelope.helo).toBe('client.example');
  });

  test('S5 commands in the clear where the handshake should be end the connection', async () => {
    const { port, hop } = await startHarness({ gate: { tls: { cert: pair.certFile, key: pair.keyFile } } });
    const chat = await Chat.open(port);
    await chat.reply();
    await chat.say('EHLO client.example');
    expect(await chat.say('STARTTLS')).toMatch(/^220 /);
    chat.write('EHLO evil.example\r\nMAIL FROM:<evil@example.org>\r\n');
    expect((await chat.line()) ?? 'CLOSED').not.toMatch(/^\d{3}/);
    chat.leave();
    expect(hop.commands.filter((command) => command.startsWith('MAIL'))).toEqual([]);
  });

  test('S9 a handshake that does not come to an end is broken off', async () => {
    const gate = { tls: { cert: pair.certFile, key: pair.keyFile }, limits: { idleTimeoutMs: 150 } };
    const { port, hello } = await startHarness({ gate });
    const chat = await Chat.open(port);
    await chat.reply();
    await chat.say('EHLO client.example');
    expect(await chat.say('STARTTLS')).toMatch(/^220 /);
    // The beginning of a record, and then one byte now and then.
    chat.write(Buffer.from([0x16, 3, 1, 0x3f, 0xff]));
    const dripping = setInterval(() => chat.write('\0'), 20);
    for (let line = await chat.line(); line !== null; line = await chat.line())
      expect(line).not.toMatch(/^2/);
    clearInterval(dripping);
    expect(await (await hello()).send('a@example.org', ['b@example.com'], MESSAGE)).toBe('250 2.0.0 taken');
  });
});
