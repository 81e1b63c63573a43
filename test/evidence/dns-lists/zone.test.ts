import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reversedAddress, Zone, type ZoneSettings } from '../../../src/evidence/dns-lists/zone.ts';

const zone = (changes: Partial<ZoneSettings> = {}) =>
  new Zone({ zone: 'bl.example', accept: [], mask: null, ...changes });

describe('an answer of a list', () => {
  it.each(['127.0.0.2', '127.0.0.10', '127.0.1.255', '127.1.2.3', '127.255.254.255', '127.254.255.1'])(
    '%s is a listing where nothing else is said',
    (answer) => expect(zone().read(answer)).toBe('hit'),
  );

  it.each([
    '127.0.0.1',
    '127.255.255.0',
    '127.255.255.252',
    '127.255.255.254',
    '127.255.255.255',
    '126.255.255.255',
    '128.0.0.2',
    '192.0.2.80',
    '10.0.0.2',
    '::1',
    '127.2',
    '',
    'x',
  ])('A9 %j is no listing, whatever the settings accept', (answer) => {
    expect(zone().read(answer)).toBe('refused');
    expect(zone({ accept: ['127.0.0.0/8'] }).read(answer)).toBe('refused');
    expect(zone({ mask: 0xff_ff_ff }).read(answer)).toBe('refused');
  });

  it.each([
    ['127.0.0.2', 'hit'],
    ['127.0.0.3', 'miss'],
    ['127.0.0.4', 'hit'],
    ['127.0.0.7', 'hit'],
    ['127.0.0.8', 'miss'],
    ['127.0.1.2', 'miss'],
  ])('%s is a %s for the accepted addresses and networks', (answer, reading) => {
    expect(zone({ accept: ['127.0.0.2', '127.0.0.4/30'] }).read(answer)).toBe(reading);
  });

  it.each([
    [8, '127.0.0.8', 'hit'],
    [8, '127.0.0.24', 'hit'],
    [8, '127.0.0.16', 'miss'],
    [0x01_00, '127.0.1.0', 'hit'],
    [0x01_00, '127.0.2.4', 'miss'],
    [0x01_00_00, '127.1.0.2', 'hit'],
  ])('read by the bits %i: %s is a %s', (mask, answer, reading) => {
    expect(zone({ mask }).read(answer)).toBe(reading);
  });

  it('A9 is never a listing outside of 127.0.0.0/8', () => {
    fc.assert(
      fc.property(fc.ipV4(), (answer) => {
        if (!answer.startsWith('127.')) expect(zone().read(answer)).toBe('refused');
      }),
    );
  });
});

describe('a reversed address', () => {
  it.each([
    ['198.51.100.7', '7.100.51.198'],
    ['::ffff:198.51.100.7', '7.100.51.198'],
    ['2001:db8::1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2'],
  ])('of %s is %s', (ip, name) => expect(reversedAddress(ip)).toBe(name));

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '172.16.0.1',
    '169.254.1.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::',
    'x',
    '',
  ])('is none of %j, which nobody lists', (ip) => expect(reversedAddress(ip)).toBeNull());
});
