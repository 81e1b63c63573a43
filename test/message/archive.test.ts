import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../src/message/archive.ts';
import { Unpacker } from '../../src/message/unpacker.ts';
import { rar4, rar5, sevenZip, tarOf, zipOf } from './archives/files.ts';
import { file, mail, multipart, read, zip } from './build.ts';

const look = (bytes: Buffer, limit = 100, unpacker = new Unpacker()) => readArchive(bytes, limit, unpacker);

describe('an archive', () => {
  it.each([
    ['zip', zipOf({ 'a.txt': 'a', 'b/c.exe': 'b' }), ['a.txt', 'b/c.exe']],
    ['tar', tarOf({ 'a.txt': 'a', 'b/c.exe': 'x'.repeat(700) }), ['a.txt', 'b/c.exe']],
    ['compressed tar', gzipSync(tarOf({ 'a.js': 'a' })), ['a.js']],
    ['rar 4', rar4(['a.txt', 'b.exe']), ['a.txt', 'b.exe']],
    ['rar 5', rar5(['a.txt', 'b.exe']), ['a.txt', 'b.exe']],
    ['7z', sevenZip(['a.txt', 'b.exe']), ['a.txt', 'b.exe']],
  ])('of kind %s has its names', async (_kind, bytes, entries) => {
    expect(await look(bytes)).toMatchObject({ entries, encrypted: false, cut: false, signs: [] });
  });

  it('of one compressed file has the name that it was packed under', async () => {
    const packed = gzipSync('MZ');
    packed[3] = 8;
    const named = Buffer.concat([packed.subarray(0, 10), Buffer.from('run.exe\0'), packed.subarray(10)]);
    expect((await look(named))?.entries).toEqual(['run.exe']);
    expect((await look(gzipSync('text')))?.entries).toEqual([]);
  });

  it.each([
    ['zip', zip(['a'], true), true],
    ['rar 4 with encrypted headers', rar4(['a'], 0x80), true],
    ['rar 4 with an encrypted file', rar4(['a'], 0, 4), true],
    ['rar 4', rar4(['a']), false],
    ['rar 5 with an encrypted file', rar5(['a'], true), true],
    ['rar 5', rar5(['a']), false],
    ['7z', sevenZip(['a']), false],
  ])('%s: whether it asks for a password is %s', async (_kind, bytes, encrypted) => {
    expect((await look(bytes))?.encrypted).toBe(encrypted);
  });

  it('inside an archive is opened, two levels deep', async () => {
    const third = zipOf({ 'deep.exe': 'x' });
    const second = zipOf({ 'third.zip': third, 'run.js': 'x' });
    const first = zipOf({ 'second.zip': second, 'a.txt': 'a' });
    expect(await look(zipOf({ 'first.zip': first }))).toMatchObject({
      entries: [
        'first.zip',
        'first.zip/second.zip',
        'first.zip/a.txt',
        'first.zip/second.zip/third.zip',
        'first.zip/second.zip/run.js',
      ],
      signs: ['nested_archive', 'read_in_part'],
    });
    expect((await look(zipOf({ 'in.zip': zipOf({ 'run.exe': 'x' }, 0) }, 0)))?.entries).toContain(
      'in.zip/run.exe',
    );
  });

  it('gives the pages in it to be read, and their links', async () => {
    const page = '<html><script>location.href="https://page.example/"</script></html>';
    const message = await read(
      mail(
        ['Content-Type: multipart/mixed; boundary=b'],
        multipart('b', ['\r\nhi', file('application/zip', 'a.zip', zipOf({ 'doc.html': page }))]),
      ),
    );
    expect(message.attachments[0]).toMatchObject({ text: page, links: 1, signs: ['nested_page'] });
    expect(message.links[0]?.host).toBe('page.example');
  });

  it('is listed up to the limit of names, inner archives included', async () => {
    const nested = zipOf({ 'in.zip': zipOf({ a: '', b: '' }) });
    for (const [limit, entries, cut] of [
      [2, 2, true],
      [3, 3, false],
      [4, 3, false],
    ] as const) {
      const facts = await look(nested, limit);
      expect([facts?.entries.length, facts?.cut]).toEqual([entries, cut]);
    }
    for (const bytes of [tarOf({ a: '', b: '' }), rar4(['a', 'b']), rar5(['a', 'b']), sevenZip(['a', 'b'])]) {
      expect(await look(bytes, 1)).toMatchObject({ entries: { length: 1 }, cut: true });
      expect(await look(bytes, 2)).toMatchObject({ entries: { length: 2 }, cut: false });
    }
  });

  it('that is a bomb costs no more than the budget for unpacking', async () => {
    const bomb = zipOf({ 'in.zip': Buffer.alloc(100_000) });
    for (const [bytes, cut] of [
      [99_999, true],
      [100_000, false],
      [100_001, false],
    ] as const) {
      const unpacker = new Unpacker(bytes);
      await look(bomb, 100, unpacker);
      expect(unpacker.takeCut()).toBe(cut);
    }
  });

  it('that has too many streams is read in part', async () => {
    const many = zipOf({ 'a.zip': 'x', 'b.zip': 'x' });
    const unpacker = new Unpacker(1e6, 1);
    await look(many, 100, unpacker);
    expect(unpacker.takeCut()).toBe(true);
  });

  it('is none where the bytes are none, and cut or changed anywhere never throws', async () => {
    expect(await look(Buffer.from('plain text'))).toBeNull();
    const wholes = [
      zipOf({ 'in.zip': zipOf({ a: 'b' }) }),
      tarOf({ a: 'b' }).subarray(0, 600),
      rar4(['a.exe']),
      rar5(['a.exe'], true),
      sevenZip(['a.exe']),
      gzipSync(tarOf({ a: 'b' })),
    ];
    for (const whole of wholes) {
      for (let at = 0; at < whole.length; at += 3) await look(whole.subarray(0, at));
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...wholes), fc.nat(), fc.nat(255), async (whole, at, byte) => {
        const changed = Buffer.from(whole);
        changed[at % changed.length] = byte;
        await look(changed);
      }),
    );
  });
});

describe('the unpacker', () => {
  it('gives the beginning of what is too long', () => {
    const packed = gzipSync(Buffer.alloc(1_000_000, 'abc'));
    const unpacker = new Unpacker(100_000);
    const part = unpacker.unpack(packed, 'gzip');
    expect(part?.length).toBeLessThanOrEqual(100_000);
    expect(unpacker.empty).toBe(true);
    expect(unpacker.unpack(packed, 'gzip')).toBeNull();
  });

  it('gives null for what is no packed data', () => {
    expect(new Unpacker().unpack(Buffer.from('plain'), 'zlib')).toBeNull();
  });
});
