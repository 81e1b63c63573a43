import { describe, expect, it } from 'vitest';
import { MAX_ADDRESS_FIELD, parseAddresses } from '../../../src/message/addresses.ts';
import { file, mail, multipart, read } from '../build.ts';

const from = (value: string) => read(`From: ${value}\r\nTo: bob@example.org\r\n\r\nx`);
const addresses = async (value: string) => (await from(value)).from.map(({ address }) => address);

describe('P8 addresses', () => {
  it.each([
    ['comments', '('],
    ['closed comments', '(())'],
    ['groups', 'g:'],
    ['groups in groups', 'g: h: a@example.com;'],
    ['open quotes and escapes', '"\\'],
    ['angles', '<a@b>,'],
    ['open angles', '<'],
    ['encoded words', '=?utf-8?q?a?= '],
    ['half encoded words', '=?'],
  ])('P8 CVE-2025-14874: 64 KB of nested %s are read in one pass', async (_, unit) => {
    const value = unit.repeat(Math.floor(MAX_ADDRESS_FIELD / unit.length));
    expect(parseAddresses(value).length).toBeLessThanOrEqual(500);
    await expect(from(`${value} ada@example.com`)).resolves.toBeDefined();
  });

  it('P8 what stands behind a comment that closes is read, however deep it was', async () => {
    expect(await addresses(`${'('.repeat(1_000)}${')'.repeat(1_000)} ada@example.com`)).toEqual([
      'ada@example.com',
    ]);
  });

  it('P8 a list of 100,000 addresses is read up to 500', async () => {
    expect(parseAddresses('a@example.com, '.repeat(100_000))).toHaveLength(500);
  });

  it('P8 an encoded word that decodes to an address is a name and no address', async () => {
    const message = await from('=?utf-8?q?boss=40example=2Ecom?= <ada@example.net>');
    expect(message.from).toEqual([
      { name: 'boss@example.com', address: 'ada@example.net', domain: 'example.net' },
    ]);
    expect(message.ambiguities).toContain('address_in_from_name');
  });

  it('P8 an encoded word with angle and comma makes no second address', async () => {
    const message = await from('=?utf-8?q?Boss_=3Cboss=40example=2Ecom=3E=2C?= <ada@example.net>');
    expect(message.from.map(({ address }) => address)).toContain('ada@example.net');
    expect(message.from[0]?.name).toBe('Boss <boss@example.com>,');
    expect(message.ambiguities).toContain('address_in_from_name');
  });

  it('P8 an encoded word as the whole address is an address to some readers, and evidence', async () => {
    const message = await from('=?utf-8?q?boss=40example=2Ecom?=');
    expect(message.from.map(({ domain }) => domain)).toContain('example.com');
  });

  it('P8 several From addresses are all kept, and marked', async () => {
    const message = await from('ada@example.com, eve@example.net');
    expect(message.from.map(({ address }) => address)).toEqual(['ada@example.com', 'eve@example.net']);
    expect(message.ambiguities).toContain('several_from_addresses');
  });

  it('P8 two From fields are both read, and marked', async () => {
    const message = await read('From: ada@example.com\r\nFrom: eve@example.net\r\n\r\nx');
    expect(message.from.map(({ address }) => address)).toEqual(['ada@example.com', 'eve@example.net']);
    expect(message.ambiguities).toEqual(expect.arrayContaining(['duplicate_from', 'several_from_addresses']));
  });

  it.each([
    ['Boss: ada@example.com, eve@example.net;', ['ada@example.com', 'eve@example.net']],
    ['boss@example.com:eve@example.net;', ['boss@example.com', 'eve@example.net']],
    ['Group:;, eve@example.net', ['eve@example.net']],
  ])('P8 VU#517845: of the group syntax in %s every address counts', async (value, expected) => {
    const found = (await from(value)).from.map(({ address }) => address).join(' ');
    for (const address of expected) expect(found).toContain(address);
  });

  it.each([
    '<ada@example.com> <eve@example.net>',
    '"ada@example.com" <eve@example.net>',
    'ada@example.com <eve@example.net>',
    'eve@example.net (ada@example.com)',
    '<@example.com:eve@example.net>',
  ])('P8 VU#517845: in %s nobody is taken for one alone without a mark', async (value) => {
    const message = await from(value);
    expect(message.from.some(({ address }) => address.includes('eve@example.net'))).toBe(true);
    const otherSeen =
      message.from.length > 1 || message.from.some(({ name }) => name.includes('ada@example.com'));
    if (value.includes('ada@example.com')) expect(otherSeen && message.ambiguities.length > 0).toBe(true);
  });
});

describe('P10 names of object members', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  it('P10 as names of header fields are fields like others', async () => {
    const message = await read(
      mail(
        NAMES.map((name) => `${name}: a`),
        'x',
      ),
    );
    for (const name of NAMES)
      expect(message.headers).toContainEqual({ name: name.toLowerCase(), value: 'a' });
  });

  it('P10 as names of parameters change nothing', async () => {
    const parameters = NAMES.map((name) => `; ${name}=x; ${name}*0=y; ${name}*=utf-8''z`).join('');
    const message = await read(
      mail([`Content-Type: multipart/mixed${parameters}; boundary=b`], multipart('b', ['\r\nhi'])),
    );
    expect(message.text).toBe('hi');
    expect(message.ambiguities).toEqual([]);
    expect(Object.prototype).not.toHaveProperty('x');
  });

  it('P10 as names of files are kept as they are', async () => {
    const files = NAMES.map((name) => file('application/x', name, name));
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], multipart('b', files)));
    expect(message.attachments.map(({ fileName }) => fileName)).toEqual(NAMES);
  });

  it('P10 as charset, encoding, type, boundary and content id', async () => {
    for (const name of NAMES) {
      const part = `Content-Type: text/${name}; charset=${name}\r\nContent-Transfer-Encoding: ${name}\r\nContent-ID: <${name}>\r\n\r\nhi`;
      const message = await read(
        mail([`Content-Type: multipart/mixed; boundary=${name}`], multipart(name, [part])),
      );
      expect(message.parts).toHaveLength(2);
      expect(message.attachments).toHaveLength(1);
    }
  });
});
