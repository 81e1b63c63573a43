import { describe, expect, it } from 'vitest';
import { DomainSet, domainsAbove } from '../../../src/evidence/lists/domain-set.ts';

describe('sets of domains', () => {
  const set = new DomainSet(['alder.example', 'icu']);

  it.each([
    ['alder.example', 'alder.example'],
    ['www.alder.example', 'alder.example'],
    ['x.icu', 'icu'],
    ['notalder.example', ''],
    ['example', ''],
    ['', ''],
  ])('hold %j by %j', (host, by) => {
    expect(set.find(host)).toBe(by);
    expect(set.has(host)).toBe(by !== '');
  });

  it('look at 16 labels', () => {
    expect(set.has(`${'a.'.repeat(14)}alder.example`)).toBe(true);
    expect(set.has(`${'a.'.repeat(15)}alder.example`)).toBe(true);
    expect(set.has(`${'a.'.repeat(16)}alder.example`)).toBe(false);
    expect([...domainsAbove('a.b')]).toEqual(['a.b', 'b']);
  });
});
