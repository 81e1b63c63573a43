import { describe, expect, it } from 'vitest';
import type { Attachment, FileSign } from '../../src/message/message.ts';
import { addressOf, attachmentOf, factsFrom } from './message-factory.ts';

const withFile = (name: string, changes: Partial<Attachment> = {}) =>
  factsFrom('attachments', { attachments: [attachmentOf(name, changes)] });
const page = (text: string) => withFile('a.html', { text });

describe('what lies in files', () => {
  it.each([
    ['pdf_script', 'pdfScripts'],
    ['pdf_launch', 'pdfScripts'],
    ['nested_archive', 'nestedArchives'],
    ['nested_page', 'nestedArchives'],
    ['remote_part', 'remoteParts'],
    ['dde', 'activeObjects'],
    ['embedded_object', 'activeObjects'],
    ['read_in_part', 'readInPart'],
    ['image_unread', 'unreadImages'],
  ] as const)('%s is counted by %s alone, once a file', async (sign, fact) => {
    const facts = await withFile('a.bin', { signs: [sign] });
    const counts = [
      'pdfScripts',
      'nestedArchives',
      'remoteParts',
      'activeObjects',
      'readInPart',
      'unreadImages',
    ] as const;
    expect(counts.filter((name) => facts[name] === 1)).toEqual([fact]);
    expect(counts.filter((name) => facts[name] > 1)).toEqual([]);
  });

  it('is counted once for a file with two signs of a kind', async () => {
    const signs: readonly FileSign[] = ['pdf_script', 'pdf_launch'];
    expect((await withFile('a.pdf', { signs })).pdfScripts).toBe(1);
  });

  it('of PDF files is told apart from that of others', async () => {
    const attachments = [
      attachmentOf('a.pdf', { links: 2, encrypted: true }),
      attachmentOf('b.html', { links: 5 }),
      attachmentOf('c.zip', { encrypted: true }),
    ];
    expect(await factsFrom('attachments', { attachments })).toMatchObject({
      pdfLinks: 2,
      pdfEncrypted: 1,
      encryptedArchives: 2,
    });
  });

  it('of QR codes is passed on', async () => {
    expect((await factsFrom('attachments', { qrCodes: 3 })).qrCodes).toBe(3);
    expect((await factsFrom('attachments', {})).qrCodes).toBe(0);
  });
});

describe('a page that builds a file', () => {
  it.each([
    '<script>var b=new Blob([new Uint8Array(x)]);navigator.msSaveBlob(b,"a.zip")</script>',
    '<script>document.write(unescape("%3Chtml"))</script>',
    '<svg onload="eval(atob(\'YQ==\'))">',
    "<body onload=window['location']=1><script>document['write'](window['atob']('x'))</script>",
    `<script>f.innerHTML=g("${'QUJD'.repeat(1_024)}")</script>`,
    '<a href="data:application/zip;base64,UEsDBA==" download="a.zip">Open</a>',
    "<a download href='data:text/html;base64,PGI+'>Open</a>",
  ])('%s', async (text) => {
    expect((await page(text)).htmlSmuggling).toBe(1);
  });

  it.each([
    '<script>document.write("<b>hello</b>")</script>',
    '<p>new Blob and atob( are functions</p>',
    `<script>f.innerHTML=g("${'QUJD'.repeat(1_023)}")</script>`,
    '<a href="data:image/png;base64,iVBORw0=">Logo</a>',
    '<a href="https://a.example/data:application/x">Open</a>',
  ])('is not: %s', async (text) => {
    expect((await page(text)).htmlSmuggling).toBe(0);
  });

  it('takes linear time over spaces and open tags', async () => {
    for (const piece of [' ', '<a href=', '<input ', 'location ', '<script']) {
      await page(`<script>href=${piece.repeat(20_000)}`.slice(0, 65_536));
    }
  });
});

describe('a page that leads on', () => {
  it.each([
    '<script>window.location.href = "https://a.example/"</script>',
    '<html><body onload="location.replace(x)"></body></html>',
    '<meta http-equiv="refresh" content="0;url=https://a.example/"><p>One moment</p>',
    '<SCRIPT>location=x</SCRIPT>',
    `<script>/*${'x'.repeat(5_000)}*/location.assign(x)</script>`,
  ])('%s', async (text) => {
    expect((await page(text)).htmlRedirects).toBe(1);
  });

  it.each([
    '<script>if (location.href == x) y()</script>',
    `<script>location=x</script><p>${'Text of a saved page. '.repeat(20)}</p>`,
    '<p>The location = Berlin</p>'.replace('<p>', ''),
  ])('is not: %s', async (text) => {
    expect((await page(text)).htmlRedirects).toBe(0);
  });
});

describe('a form in an attached page', () => {
  it('is known by its tags, or by a field for a password alone', async () => {
    expect((await page('<input name=p type="password">')).htmlForms).toBe(1);
    expect((await page('<input type=checkbox>')).htmlForms).toBe(0);
  });
});

describe('an invitation', () => {
  const invitation = (organizer: string, method = 'REQUEST') =>
    `BEGIN:VCALENDAR\r\nMETHOD:${method}\r\nBEGIN:VEVENT\r\n${organizer}\r\nEND:VEVENT\r\nEND:VCALENDAR`;
  const foreign = async (text: string, changes = {}) =>
    (await factsFrom('attachments', { attachments: [attachmentOf('a.ics', { text })], ...changes }))
      .foreignOrganizers;

  it('from another organisation than the sender is foreign', async () => {
    expect(await foreign(invitation('ORGANIZER;CN=Ada:mailto:ada@other.example'))).toBe(1);
    expect(await foreign(invitation('ORGANIZER:MAILTO:ines@mail.alder.example'))).toBe(0);
  });

  it('that names its organizer in Reply-To is not foreign', async () => {
    const replyTo = [addressOf('ada@other.example')];
    expect(await foreign(invitation('ORGANIZER:mailto:ada@other.example'), { replyTo })).toBe(0);
  });

  it('without organizer, an answer, or another text is not foreign', async () => {
    expect(await foreign(invitation('SUMMARY:mailto:ada@other.example'))).toBe(0);
    expect(await foreign(invitation('ORGANIZER:mailto:ada@other.example', 'REPLY'))).toBe(0);
    expect(await foreign('METHOD:REQUEST\r\nORGANIZER:mailto:ada@other.example')).toBe(0);
  });
});

describe('files by their magic bytes', () => {
  it.each([
    ['application/x-iso9660-image', 'diskImages'],
    ['application/x-virtualbox-vhd', 'diskImages'],
    ['application/x.ms.shortcut', 'executables'],
    ['application/hta', 'executables'],
    ['application/onenote', 'oneNote'],
  ] as const)('%s counts among %s, whatever the name', async (realType, fact) => {
    expect((await withFile('a.dat', { realType }))[fact]).toBe(1);
    expect((await withFile('a.dat'))[fact]).toBe(0);
  });
});
