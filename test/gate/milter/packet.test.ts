import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../../src/gate/milter/packet.ts';
import { connection, numbers } from './support/fake-mta.ts';

const decode = (code: string, data: string | Buffer) =>
  decodePacket({ code, data: typeof data === 'string' ? Buffer.from(data, 'latin1') : data });

describe('packets', () => {
  it('tell what a mail server offers, and leave to later versions what follows', () => {
    const offer = { kind: 'negotiate', version: 6, actions: 0x1ff, steps: 0x1fffff };
    expect(decode('O', numbers(6, 0x1ff, 0x1fffff))).toEqual(offer);
    expect(decode('O', Buffer.concat([numbers(6, 0x1ff, 0x1fffff), Buffer.from('more')]))).toEqual(offer);
    expect(decode('O', numbers(6, 0x1ff))).toBeNull();
  });

  it('tell of clients by IPv4, IPv6, unix socket and unknown ways', () => {
    expect(decode('C', connection('192.0.2.7', 41_000))).toEqual({
      kind: 'connect',
      name: 'mail.example.org',
      address: { family: 'inet', port: 41_000, address: '192.0.2.7' },
    });
    expect(decode('C', 'host\x006\0\x19IPv6:2001:db8::1\0')).toMatchObject({
      address: { family: 'inet6', port: 25, address: 'IPv6:2001:db8::1' },
    });
    expect(decode('C', 'host\0L\0\0/run/socket\0')).toMatchObject({ address: { family: 'unix' } });
    expect(decode('C', 'host\0U')).toEqual({ kind: 'connect', name: 'host', address: null });
  });

  it.each([
    '',
    'host',
    'host\0',
    'host\x004',
    'host\x004\0\x19',
    'host\x004\0\x19192.0.2.7',
    'host\0?\0\0x\0',
  ])('M2 a client told as %j cannot be read', (data) => expect(decode('C', data)).toBeNull());

  it('M2 an unknown command cannot be read', () => {
    expect(decode('?', '')).toBeNull();
    expect(decode('\0', 'data')).toBeNull();
  });

  it('M2 macros come without braces; a name without a value is left out, and the others count', () => {
    const macros = (data: string) => {
      const packet = decode('D', data);
      return packet?.kind === 'macros' ? [packet.command, Object.fromEntries(packet.macros)] : packet;
    };
    expect(macros('Mi\x004F2\0{auth_authen}\0anna\0')).toEqual(['M', { i: '4F2', auth_authen: 'anna' }]);
    expect(macros('Mi\x004F2\0{auth_authen}\0')).toEqual(['M', { i: '4F2' }]);
    expect(macros('M')).toEqual(['M', {}]);
    expect(macros('Mi\x004F2\0{no end')).toEqual(['M', {}]);
    expect(macros('')).toBeNull();
  });

  it('a NUL within the value of a header hides nothing', () => {
    expect(decode('L', 'Subject\0one\0two\0')).toMatchObject({ value: Buffer.from('one\0two') });
    expect(decode('L', 'Subject\0\0')).toMatchObject({ value: Buffer.alloc(0) });
    expect(decode('L', 'Subject\0')).toBeNull();
    expect(decode('L', 'Subject\0no end')).toBeNull();
    expect(decode('L', '')).toBeNull();
  });

  it('have paths with their parameters', () => {
    expect(decode('M', '<a@example.org>\0SIZE=10\0')).toEqual({
      kind: 'mail',
      arguments: ['<a@example.org>', 'SIZE=10'],
    });
    expect(decode('R', '')).toBeNull();
    expect(decode('M', '<a@example.org>')).toBeNull();
  });
});
