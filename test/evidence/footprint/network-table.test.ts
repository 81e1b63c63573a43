import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNetworkTable, readNetworkTable } from '../../../src/evidence/footprint/network-table.ts';

const TABLE = [
  '# first, last, number, country',
  '192.0.2.0\t192.0.2.127\t64500\tNO\tExample One',
  '198.51.100.0\t198.51.100.255\tAS64501\tde',
  '192.0.2.128\t192.0.2.255\t0\tNone\tNot routed',
  '',
  '2001:db8::\t2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\t64502\tSE',
  '203.0.113.0\t203.0.113.9\t64503\t',
].join('\r\n');

describe('the table of networks', () => {
  it.each([
    ['192.0.2.0', { asn: 64500, country: 'no' }],
    ['192.0.2.127', { asn: 64500, country: 'no' }],
    ['192.0.2.128', null],
    ['191.255.255.255', null],
    ['198.51.100.77', { asn: 64501, country: 'de' }],
    ['::ffff:198.51.100.77', { asn: 64501, country: 'de' }],
    ['198.51.101.0', null],
    ['203.0.113.9', { asn: 64503, country: '' }],
    ['2001:db8::1', { asn: 64502, country: 'se' }],
    ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', { asn: 64502, country: 'se' }],
    ['2001:db9::', null],
    ['2001:db7:ffff::', null],
    ['no address', null],
  ])('says of %s %j', (ip, network) => {
    expect(parseNetworkTable(TABLE).find(ip)).toEqual(network);
  });

  it('finds what a search from end to end finds', () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 2 ** 16 }), fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), fc.nat(2 ** 17), (steps, probe) => {
        let next = 0;
        const ranges = steps.map(([gap, length], i) => {
          const first = next + (gap % 500);
          next = first + length + 1;
          return { first, last: first + length, asn: i + 1 };
        });
        const rows = ranges.map(({ first, last, asn }) => `${ip(first)}\t${ip(last)}\t${asn}\tno`).reverse();
        const expected = ranges.find(({ first, last }) => probe >= first && probe <= last)?.asn;
        expect(parseNetworkTable(rows.join('\n')).find(ip(probe))?.asn).toBe(expected);
      }),
    );
  });

  it.each([
    ['192.0.2.0\t192.0.2.300\t1\tno', 'line 1: not an address: "192.0.2.300"'],
    ['\n192.0.2.9\t192.0.2.0\t1\tno', 'line 2: the last address is before the first, or of another kind'],
    ['192.0.2.9\t2001:db8::\t1\tno', 'line 1: the last address is before the first, or of another kind'],
    ['192.0.2.0\t192.0.2.9\tx\tno', 'line 1: not the number of an autonomous system: "x"'],
    ['192.0.2.0\t192.0.2.9\t4294967296\tno', 'line 1: not the number of an autonomous system: "4294967296"'],
    ['192.0.2.0\t192.0.2.9\t1\tno\n192.0.2.9\t192.0.2.20\t2\tno', 'line 2: overlaps with line 1'],
    ['192.0.2.0', 'line 1: not an address: ""'],
  ])('refuses %j', (text, problem) => {
    expect(() => parseNetworkTable(text)).toThrow(problem);
  });

  it('takes the greatest number of an autonomous system', () => {
    expect(parseNetworkTable('192.0.2.0\t192.0.2.9\t4294967295\tno').find('192.0.2.1')?.asn).toBe(4294967295);
  });

  it('keeps the first of two IPv6 networks that share 64 bits, as it tells no finer', () => {
    const table = parseNetworkTable(
      '2001:db8::\t2001:db8::7fff\t64500\tno\n2001:db8::8000\t2001:db8:1::ffff\t64501\tse',
    );
    expect(table.find('2001:db8::9000')?.asn).toBe(64500);
    expect(table.find('2001:db8:0:1::')?.asn).toBe(64501);
  });

  it('names the file in what it throws', () => {
    const folder = mkdtempSync(join(tmpdir(), 'networks-'));
    try {
      const path = join(folder, 'networks.tsv');
      expect(() => readNetworkTable(path)).toThrow(path);
      writeFileSync(path, 'x');
      expect(() => readNetworkTable(path)).toThrow(`${path}: line 1: not an address: "x"`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function ip(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
