import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { storedZip } from '../../../bench/hostile/zip.ts';
import { zipOf } from '../archives/files.ts';
import { file, mail, multipart, read, zip } from '../build.ts';
import { objectStream, pdf, stream } from '../pdf/files.ts';

const MIB = 1024 * 1024;

async function look(name: string, content: Buffer, type = 'application/octet-stream') {
  const body = multipart('b', [file(type, name, content)]);
  const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], body));
  const attachment = message.attachments[0];
  if (attachment === undefined) throw new Error('the file was lost');
  return { attachment, message };
}

const bomb = (bytes: number) => deflateRawSync(Buffer.alloc(bytes), { level: 9 });

describe('P11 archives that unpack to much', () => {
  it('P11 a zip bomb is listed, read in part, and says so', async () => {
    const content = storedZip([
      { name: 'a.zip', method: 8, data: bomb(16 * MIB) },
      { name: 'run.exe', method: 8, data: bomb(16 * MIB) },
    ]);
    const { attachment } = await look('a.zip', content);
    expect(attachment.entries).toEqual(['a.zip', 'run.exe']);
    expect(attachment.signs).toEqual(expect.arrayContaining(['nested_archive', 'read_in_part']));
  });

  it('P11 of 65,535 bombs in one zip no more is unpacked than the budget, and the budget is named', async () => {
    const data = bomb(256 * 1024);
    const entries = Array.from({ length: 65_535 }, (_, at) => ({
      name: `${at}.zip`,
      method: 8 as const,
      data,
    }));
    const { attachment, message } = await look('a.zip', storedZip(entries));
    expect(attachment.entries).toHaveLength(2_000);
    expect(message.overBudget).toContain('archiveEntries');
  });

  it('P11 entries that overlap, so that little data is many files, are bounded by the same budget', async () => {
    const content = zipOf({ 'a.html': Buffer.alloc(MIB, '<p>x</p>') });
    const directory = content.lastIndexOf(Buffer.from('PK\x01\x02'));
    const end = content.lastIndexOf(Buffer.from('PK\x05\x06'));
    const entry = content.subarray(directory, end);
    const tail = Buffer.from(content.subarray(end));
    tail.writeUInt16LE(3_000, 8);
    tail.writeUInt16LE(3_000, 10);
    tail.writeUInt32LE(3_000 * entry.length, 12);
    const overlapping = Buffer.concat([content.subarray(0, directory), ...Array(3_000).fill(entry), tail]);
    const { attachment, message } = await look('a.zip', overlapping);
    expect(attachment.entries).toHaveLength(2_000);
    expect(message.overBudget).toContain('archiveEntries');
  });

  it('P11 a program in a zip in a zip is found; a third level is marked', async () => {
    const one = zipOf({ 'run.exe': 'MZ' });
    const two = zipOf({ 'two.zip': one });
    expect((await look('a.zip', two)).attachment.entries).toContain('two.zip/run.exe');
    const four = zipOf({ 'four.zip': zipOf({ 'three.zip': two }) });
    const deepest = (await look('a.zip', four)).attachment;
    expect(deepest.entries?.some((name) => name.endsWith('two.zip'))).toBe(true);
    expect(deepest.entries?.some((name) => name.endsWith('run.exe'))).toBe(false);
    expect(deepest.signs).toEqual(expect.arrayContaining(['nested_archive', 'read_in_part']));
  });

  it('P11 a zip of 16 zips of 16 zips of 16 bombs', async () => {
    const sixteen = (content: Buffer) =>
      zipOf(Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`${at}.zip`, content])));
    const { attachment } = await look('a.zip', sixteen(sixteen(sixteen(Buffer.alloc(MIB)))));
    expect(attachment.signs).toEqual(expect.arrayContaining(['nested_archive', 'read_in_part']));
  });

  it.each([
    [30, false],
    [31, true],
  ])('P11 of %i inner archives some are not opened: %s, and that is said', async (count, said) => {
    const names = Array.from({ length: count }, (_, at) => [`${at}.zip`, zip(['a.txt'])] as const);
    const { attachment } = await look('a.zip', zipOf(Object.fromEntries(names)));
    expect(attachment.signs.includes('read_in_part')).toBe(said);
  });

  it.each([
    [8, false],
    [9, true],
  ])('P11 of %i pages in an archive some are not read: %s, and that is said', async (count, said) => {
    const names = Array.from({ length: count }, (_, at) => [`${at}.html`, '<p>x</p>'] as const);
    const { attachment } = await look('a.zip', zipOf(Object.fromEntries(names)));
    expect(attachment.signs.includes('read_in_part')).toBe(said);
  });

  it('P11 an inner archive that is packed in a way that we do not know is called unread', async () => {
    const content = storedZip([{ name: 'inner.zip', method: 8, data: Buffer.from('no deflated data') }]);
    expect((await look('a.zip', content)).attachment.signs).toEqual(['nested_archive', 'read_in_part']);
  });

  it('P11 a gzip bomb is read in part, and says so', async () => {
    const { attachment } = await look('a.gz', gzipSync(Buffer.alloc(32 * MIB), { level: 9 }));
    expect(attachment.signs).toContain('read_in_part');
    expect(attachment.realType).toBe('application/gzip');
  });

  it('P11 an encrypted zip is listed and called encrypted', async () => {
    const { attachment } = await look('a.zip', zip(['invoice.exe'], true));
    expect(attachment.encrypted).toBe(true);
    expect(attachment.entries).toEqual(['invoice.exe']);
  });

  it('P11 an encrypted zip within a zip counts as one', async () => {
    const { attachment } = await look('a.zip', zipOf({ 'inner.zip': zip(['invoice.exe'], true) }, 0));
    expect(attachment.encrypted).toBe(true);
    expect(attachment.entries).toContain('inner.zip/invoice.exe');
  });

  it('P11 a zip without its directory is listed by the headers before its files', async () => {
    const archive = zip(['a.txt', 'b.exe']);
    const { attachment } = await look('cut.zip', archive.subarray(0, archive.length - 30));
    expect(attachment.entries).toEqual(['a.txt', 'b.exe']);
  });

  it('P11 a damaged zip of nothing but beginnings of headers', async () => {
    const content = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(3 * MIB, 'PK\x03')]);
    expect((await look('a.zip', content)).attachment.size).toBe(content.length);
  });

  it('P11 lengths in headers that point outside or backwards', async () => {
    const archive = zipOf({ 'a.html': '<p>x</p>' });
    for (const at of [18, 22, 26, 28]) {
      for (const value of [0xff, 0x80]) {
        const damaged = Buffer.from(archive);
        damaged.fill(value, at, at + 2);
        expect((await look('a.zip', damaged)).attachment.entries).toEqual(['a.html']);
      }
    }
    for (let at = archive.length - 22; at < archive.length; at++) {
      const damaged = Buffer.from(archive);
      damaged[at] = 0xff;
      await expect(look('a.zip', damaged)).resolves.toBeDefined();
    }
  });
});

describe('P11 PDF files', () => {
  it('P11 of packed objects no more is unpacked than the budget, and that is said', async () => {
    const packed = deflateSync(Buffer.alloc(8 * MIB, '/'), { level: 9 });
    const content = pdf(
      ...Array.from({ length: 50 }, () => stream('/Type/ObjStm/Filter/FlateDecode', packed)),
    );
    expect((await look('a.pdf', content)).attachment.signs).toContain('read_in_part');
  });

  it('P11 script before the bombs is seen', async () => {
    const packed = deflateSync(Buffer.alloc(8 * MIB), { level: 9 });
    const bombs = Array.from({ length: 50 }, () => stream('/Type/ObjStm/Filter/FlateDecode', packed));
    const { attachment } = await look('a.pdf', pdf(objectStream('<</S/JavaScript/JS(x)>>'), ...bombs));
    expect(attachment.signs).toEqual(expect.arrayContaining(['pdf_script', 'read_in_part']));
  });

  it('P11 strings, streams and dictionaries without end', async () => {
    for (const unit of ['/URI(', 'stream\n', '<<', 'endobj obj stream\r', '/#55#52#49<', '(((']) {
      const { attachment } = await look('a.pdf', Buffer.from(`%PDF-1.4\n${unit.repeat(200_000)}`));
      expect(attachment.realType).toBe('application/pdf');
    }
  });

  it('P11 an image that claims a billion pixels is not unpacked, and that is said', async () => {
    const image = '/Subtype/Image/Width 99999/Height 99999/BitsPerComponent 8/Filter/FlateDecode';
    const { attachment } = await look('a.pdf', pdf(stream(image, deflateSync(Buffer.alloc(MIB)))));
    expect(attachment.signs).toContain('image_unread');
  });
});
