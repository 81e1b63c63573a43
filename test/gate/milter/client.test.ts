import { describe, expect, it } from 'vitest';
import { type ClientPackets, clientOf, MacroStore } from '../../../src/gate/milter/client.ts';

function client(
  connect: Partial<NonNullable<ClientPackets['connect']>> | null,
  macros: Readonly<Record<string, string>> = {},
) {
  const packet = { kind: 'connect', name: 'mail.example.org', address: null, ...connect } as const;
  const macro = (name: string) => macros[name] ?? null;
  return clientOf({ connect: connect === null ? null : packet, helo: 'helo.example.org', macro });
}

const inet = (address: string, port = 41_000) => ({ address: { family: 'inet', port, address } }) as const;
const nobody = { ip: null, name: null, helo: null, isLoggedIn: false };

describe('the client that a mail server tells of', () => {
  it('is who connected', () => {
    expect(client(inet('192.0.2.7'))).toEqual({
      ip: '192.0.2.7',
      name: 'mail.example.org',
      helo: 'helo.example.org',
      isLoggedIn: false,
    });
    const six = { family: 'inet6', port: 25, address: 'IPv6:2001:db8::1' } as const;
    expect(client({ address: six }).ip).toBe('2001:db8::1');
  });

  it('has no name where the mail server found none', () => {
    expect(client({ name: 'unknown', ...inet('192.0.2.7') }).name).toBeNull();
    expect(client({ name: '[192.0.2.7]', ...inet('192.0.2.7') }).name).toBeNull();
  });

  it('is in the macros where the connection does not tell', () => {
    expect(client({}, { client_addr: '192.0.2.9' }).ip).toBe('192.0.2.9');
    expect(client({}, { client_addr: 'nonsense' })).toEqual(nobody);
  });

  it('is nobody for mail without SMTP, for which Postfix invents localhost with port 0', () => {
    expect(client({ name: 'localhost', ...inet('127.0.0.1', 0) })).toEqual(nobody);
    expect(client(inet('127.0.0.1', 41_000)).ip).toBe('127.0.0.1');
    expect(client({ address: { family: 'unix', port: 0, address: '/run/x' } })).toEqual(nobody);
    expect(client(null)).toEqual(nobody);
  });

  it('is nobody where a user logged in: from where says nothing about the domain', () => {
    expect(client(inet('192.0.2.7'), { auth_authen: 'anna' })).toEqual({ ...nobody, isLoggedIn: true });
    expect(client(inet('192.0.2.7'), { auth_authen: '' }).ip).toBe('192.0.2.7');
  });
});

describe('macros', () => {
  it('of a command replace those that it had, and what came last counts', () => {
    const store = new MacroStore();
    store.set('C', new Map([['i', 'first']]));
    store.set(
      'M',
      new Map([
        ['i', 'second'],
        ['x', 'y'],
      ]),
    );
    expect(store.get('i')).toBe('second');
    store.set('M', new Map());
    expect([store.get('i'), store.get('x')]).toEqual(['first', null]);
  });

  it('of a message are forgotten with it, those of the connection are not', () => {
    const store = new MacroStore();
    store.set('C', new Map([['client_addr', '192.0.2.7']]));
    store.set('M', new Map([['auth_authen', 'anna']]));
    store.forgetMessage();
    expect([store.get('client_addr'), store.get('auth_authen')]).toEqual(['192.0.2.7', null]);
    store.forgetAll();
    expect(store.get('client_addr')).toBeNull();
  });
});
