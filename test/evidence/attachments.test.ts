import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/message/message.ts';
import { attachmentOf, factsFrom } from './message-factory.ts';

const withFile = (name: string, changes: Partial<Attachment> = {}) =>
  factsFrom('attachments', { attachments: [attachmentOf(name, changes)] });

describe('attachments', () => {
  it('counts what is attached, not what the HTML shows inline', async () => {
    const attachments = [
      attachmentOf('a.pdf', { size: 10 }),
      attachmentOf('logo.png', { size: 5, inline: true }),
    ];
    expect(await factsFrom('attachments', { attachments })).toMatchObject({
      count: 1,
      totalBytes: 15,
      pdfs: 1,
      images: 1,
      names: ['a.pdf', 'logo.png'],
    });
    expect(await factsFrom('attachments', {})).toMatchObject({ count: 0, totalBytes: 0, names: [] });
  });

  it.each(['run.exe', 'order.js', 'scan.lnk', 'doc.iqy'])(
    'takes %s for a program by its name',
    async (name) => {
      expect(await withFile(name)).toMatchObject({ executables: 1, executableExample: name });
    },
  );

  it('takes a file for a program by its bytes, whatever its name', async () => {
    const facts = await withFile('photo.jpg', { realType: 'application/x-msdownload' });
    expect(facts).toMatchObject({ executables: 1, executableExample: 'photo.jpg', typeMismatch: 1 });
  });

  it('looks into archives, but not for parts of Office files', async () => {
    expect(await withFile('a.zip', { entries: ['x/readme.txt', 'x/scan.PDF.js'] })).toMatchObject({
      archives: 1,
      executables: 1,
      executableExample: 'x/scan.PDF.js',
      doubleExtension: 1,
    });
    expect(await withFile('a.zip', { entries: ['a.txt'] })).toMatchObject({ archives: 1, executables: 0 });
    expect(await withFile('a.docx', { entries: ['word/activeX.bin', 'run.bat'] })).toMatchObject({
      executables: 0,
      officeFiles: 1,
      archives: 0,
    });
  });

  it.each([
    ['invoice.pdf.exe', 1],
    ['invoice.pdf.exe. ', 1],
    ['scan.doc.html', 1],
    ['invoice.pdf', 0],
    ['backup.tar.gz', 0],
    ['report.v2.zip', 0],
    ['setup.exe', 0],
  ])('of %j counts %i double extensions', async (name, count) => {
    expect((await withFile(name)).doubleExtension).toBe(count);
  });

  it('sees files that are not what they say', async () => {
    expect((await withFile('a.pdf', { realType: 'application/zip' })).typeMismatch).toBe(1);
    expect((await withFile('a.pdf', { realType: 'application/pdf' })).typeMismatch).toBe(0);
    expect((await withFile('a.docx', { realType: 'application/zip' })).typeMismatch).toBe(0);
    expect((await withFile('a.pdf', { realType: null })).typeMismatch).toBe(0);
    expect((await withFile('a.dat', { realType: 'image/png' })).typeMismatch).toBe(0);
  });

  it('knows pages that build files or pages from script', async () => {
    const smuggling = '<script>var b=new Blob([atob("...")]);location.href=URL.createObjectURL(b)</script>';
    expect(await withFile('a.html', { text: smuggling })).toMatchObject({
      htmlFiles: 1,
      htmlSmuggling: 1,
      htmlForms: 0,
    });
    const form = '<FORM action="https://x.example"><Input type=password></FORM>';
    expect(await withFile('a.html', { text: form })).toMatchObject({ htmlSmuggling: 0, htmlForms: 1 });
    expect(await withFile('a.html', { text: '<p>atob( is a function</p>' })).toMatchObject({
      htmlSmuggling: 0,
      htmlForms: 0,
    });
  });

  it.each([
    ['disk.iso', 'diskImages'],
    ['notes.one', 'oneNote'],
    ['a.rar', 'archives'],
    ['a.xlsm', 'officeFiles'],
    ['a.ics', 'calendars'],
    ['a.eml', 'messages'],
    ['a.svg', 'htmlFiles'],
    ['a.webp', 'images'],
  ] as const)('takes %s for one of %s, and for nothing else', async (name, kind) => {
    const facts = await withFile(name);
    const kinds = [
      'diskImages',
      'oneNote',
      'archives',
      'officeFiles',
      'calendars',
      'messages',
      'htmlFiles',
      'images',
      'pdfs',
    ] as const;
    expect(kinds.filter((other) => facts[other] > 0)).toEqual([kind]);
  });

  it('counts what the parser found in files', async () => {
    expect(await withFile('a.zip', { encrypted: true, macros: false })).toMatchObject({
      encryptedArchives: 1,
      macros: 0,
    });
    expect(await withFile('a.doc', { encrypted: false, macros: true })).toMatchObject({
      encryptedArchives: 0,
      macros: 1,
    });
  });

  it('keeps 16 names of 200 characters, and counts the rest', async () => {
    const attachments = Array.from({ length: 17 }, () => attachmentOf(`${'a'.repeat(300)}.pdf`));
    const facts = await factsFrom('attachments', { attachments });
    expect(facts.pdfs).toBe(17);
    expect(facts.names.map((name) => name.length)).toEqual(Array(16).fill(200));
  });
});
