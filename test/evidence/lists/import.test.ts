import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImportKind, ListImport } from '../../../src/evidence/lists/import.ts';
import { Popularity } from '../../../src/evidence/lists/popularity.ts';

function imported(kind: ImportKind, lines: readonly string[], top = 1_000) {
  const list = new ListImport(kind);
  for (const line of lines) list.add(line);
  return list.finish(top);
}

describe('an imported list', () => {
  it.each([
    ['Birch.Example', 'birch.example'],
    ['  birch.example.  # a note', 'birch.example'],
    ['*.birch.example', 'birch.example'],
    ['.birch.example', 'birch.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['"birch.example"', 'birch.example'],
    ['12,birch.example', 'birch.example'],
    ['birch.example,some note', 'birch.example'],
    ['\uFEFFbirch.example\r', 'birch.example'],
    ['mail.birch.example', 'mail.birch.example'],
    ['anybody.github.io', 'anybody.github.io'],
  ])('holds %j as %s', (line, kept) => {
    expect(imported('freemail', [line])).toMatchObject({ lines: [kept], wrongCount: 0, read: 1 });
  });

  it.each([
    ['birch', '"birch" is no domain'],
    ['a b.example', '"a b.example" is no domain'],
    ['https://birch.example/', '"https://birch.example/" is no domain'],
    ['ann@birch.example', '"ann@birch.example" is no domain'],
    [`${'x'.repeat(64)}.example`, `"${'x'.repeat(64)}.example" is no domain`],
    ['192.0.2.1', '"192.0.2.1" is an address'],
    ['co.uk', '"co.uk" is a public suffix: below it is everybody'],
    ['0,birch.example', '0 is no rank'],
    ['1000000000,birch.example', '1000000000 is no rank'],
    ['7', '"7" is an address'],
    ['7,', '"" is no domain'],
  ])('tells what is wrong with %j, and in which line', (line, why) => {
    expect(imported('popular', ['# domains', '', line, 'birch.example'])).toMatchObject({
      wrong: [{ line: 3, why }],
      wrongCount: 1,
      read: 2,
    });
  });

  it('tells of 20 wrong lines and counts the rest', () => {
    const { wrong, wrongCount } = imported('disposable', Array(21).fill('no domain'));
    expect([wrong.length, wrongCount]).toEqual([20, 21]);
  });

  it('has each domain once', () => {
    expect(imported('shorteners', ['a.example', 'b.example', 'A.example']).lines).toEqual([
      'a.example',
      'b.example',
    ]);
  });

  it.each(['rank,domain', 'domain', 'GlobalRank,Domain', '"rank","root_domain"'])(
    'may begin with names of columns: %s',
    (heading) => expect(imported('popular', [heading, '1,a.example'])).toMatchObject({ wrongCount: 0 }),
  );

  it('of popular domains holds organisations with their best rank, and the first of them', () => {
    const lines = ['3,c.example', '2,www.b.example', '1,a.example', '9,b.example', 'd.example'];
    expect(imported('popular', lines).lines).toEqual([
      '1,a.example',
      '2,b.example',
      '3,c.example',
      'd.example',
    ]);
    expect(imported('popular', lines, 2).lines).toEqual(['1,a.example', '2,b.example']);
  });

  it('of top-level domains holds them without the dot', () => {
    const { lines, wrong } = imported('suspicious-tlds', ['.Odd', 'рф', 'a.b', 'x']);
    expect(lines).toEqual(['odd', 'xn--p1ai']);
    expect(wrong.map(({ line }) => line)).toEqual([3, 4]);
  });

  it('can be read again, whatever was imported', () => {
    const line = fc.oneof(
      fc.string(),
      fc.domain(),
      fc.tuple(fc.nat(), fc.domain()).map((fields) => fields.join(',')),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const list = imported('popular', lines);
        const again = list.lines.map((text, at) => ({ text, at: `x:${at + 1}` }));
        expect(() => new Popularity(again)).not.toThrow();
      }),
    );
  });
});
