import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Attachment, Message } from '../../src/message/message.ts';
import { file, mail, multipart, read, zip } from './build.ts';

function withFile(part: string): Promise<Message> {
  return read(mail(['Content-Type: multipart/mixed; boundary=b'], multipart('b', ['\r\nhi', part])));
}

async function attached(
  type: string,
  name: string,
  content: Buffer | string,
): Promise<Attachment | undefined> {
  return (await withFile(file(type, name, content))).attachments[0];
}

const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);

describe('an attachment', () => {
  it('has name, size, hash, claimed and real type', async () => {
    const content = Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1');
    expect(await attached('application/pdf', 'Invoice.PDF.gif', content)).toEqual({
      fileName: 'Invoice.PDF.gif',
      extension: 'gif',
      claimedType: 'application/pdf',
      realType: 'image/gif',
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      inline: false,
      entries: null,
      encrypted: false,
      macros: false,
      text: '',
      links: 0,
      signs: [],
    });
  });

  it('has its name decoded from RFC 2231 and from encoded words', async () => {
    const names = [
      "filename*0*=utf-8''r%C3%A9s; filename*1=um%C3; filename*2=.exe",
      'filename="=?utf-8?b?csOpc3Vtw6kuZXhl?="',
    ];
    for (const name of names) {
      const message = await withFile(`Content-Disposition: attachment; ${name}\r\n\r\nx`);
      expect(message.attachments[0]?.fileName).toMatch(/^rés/);
      expect(message.attachments[0]?.extension).toBe('exe');
    }
  });

  it('that is a zip has the names in it', async () => {
    const attachment = await attached('application/zip', 'a.zip', zip(['a.txt', 'dir/b.exe']));
    expect(attachment).toMatchObject({
      realType: 'application/zip',
      entries: ['a.txt', 'dir/b.exe'],
      encrypted: false,
    });
  });

  it('that is a zip with a password says so', async () => {
    expect((await attached('application/zip', 'a.zip', zip(['a.exe'], true)))?.encrypted).toBe(true);
  });

  it('that is a zip behind other bytes is listed too', async () => {
    const polyglot = Buffer.concat([Buffer.from('%PDF-1.4 '), zip(['a.js'])]);
    expect((await attached('application/pdf', 'a.pdf', polyglot))?.entries).toEqual(['a.js']);
  });

  it('with macros is known by its project, in both office formats', async () => {
    const macros = zip(['[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin']);
    expect((await attached('application/msword', 'a.docm', macros))?.macros).toBe(true);
    expect((await attached('application/msword', 'a.docx', zip(['word/document.xml'])))?.macros).toBe(false);
    const ole = Buffer.concat([OLE, Buffer.alloc(600), Buffer.from('_VBA_PROJECT', 'utf16le')]);
    expect((await attached('application/msword', 'a.doc', ole))?.macros).toBe(true);
    const encrypted = Buffer.concat([OLE, Buffer.alloc(600), Buffer.from('EncryptedPackage', 'utf16le')]);
    expect(await attached('application/msword', 'a.doc', encrypted)).toMatchObject({
      macros: false,
      encrypted: true,
    });
  });

  it('that is a PDF gives its links and says whether it is encrypted', async () => {
    const pdf =
      '%PDF-1.4\n<</Type/Annot/A<</S/URI/URI (https://pdf.example/a\\)b)>>>>\n<</URI<68747470733a2f2f6865782e6578616d706c652f>>>';
    const message = await withFile(file('application/pdf', 'a.pdf', pdf));
    expect(message.links.map(({ where, url }) => `${where} ${url}`)).toEqual([
      'attachment https://pdf.example/a)b',
      'attachment https://hex.example/',
    ]);
    expect(message.attachments[0]?.encrypted).toBe(false);
    expect((await attached('application/pdf', 'a.pdf', `${pdf} trailer <</Encrypt 5 0 R>>`))?.encrypted).toBe(
      true,
    );
  });

  it('that a browser opens gives its first text and links', async () => {
    const page = `<html><script>go("https://page.example/")</script>${'x'.repeat(70_000)}`;
    for (const [type, name] of [
      ['text/html', 'a.html'],
      ['application/octet-stream', 'a.HTM'],
      ['image/png', 'a.png'],
    ] as const) {
      const message = await withFile(file(type, name, page));
      expect(message.attachments[0]?.text).toHaveLength(64 * 1024);
      expect(message.links.map((link) => `${link.where} ${link.host}`)).toContain('attachment page.example');
    }
    expect((await attached('image/svg+xml', 'a.svg', '<svg onload="x()"/>'))?.text).toBe(
      '<svg onload="x()"/>',
    );
  });

  it('that is an HTML body with a name is body and attachment', async () => {
    const message = await withFile('Content-Type: text/html; name="a.html"\r\n\r\n<p>seen</p>');
    expect(message.visibleText).toContain('seen');
    expect(message.attachments.map((each) => each.fileName)).toEqual(['a.html']);
    expect(message.ambiguities).toEqual([]);
  });

  it('archives of other kinds say whether they ask for a password', async () => {
    const rar5 = Buffer.concat([
      Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'),
      Buffer.from([0, 0, 0, 0, 8, 4, 0, 0]),
    ]);
    expect((await attached('application/x-rar', 'a.rar', rar5))?.encrypted).toBe(true);
    const sevenZip = Buffer.concat([
      Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'),
      Buffer.alloc(40),
      Buffer.from([6, 0xf1, 7, 1]),
    ]);
    expect((await attached('application/x-7z', 'a.7z', sevenZip))?.encrypted).toBe(true);
    expect((await attached('application/x-7z', 'a.7z', sevenZip.subarray(0, 40)))?.encrypted).toBe(false);
  });
});
