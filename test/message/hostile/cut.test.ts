import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rar4, zipOf } from '../archives/files.ts';
import { file, mail, multipart, read, zip } from '../build.ts';
import { objectStream, pdf, stream } from '../pdf/files.ts';

const MIXED = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="out"'];
const withFile = (type: string, name: string, content: Buffer | string) =>
  mail(MIXED, multipart('out', ['Content-Type: text/plain\r\n\r\nhello', file(type, name, content)]));

/** Invented messages, one of each kind. */
const KINDS: Readonly<Record<string, Buffer>> = {
  'plain text with links': mail(
    ['Reply-To: "B. (c)" <b@example.net>', 'List-Unsubscribe: <https://a.example/u>'],
    'See https://a.example/x?y=%20 and www.b.example.\r\n-- \r\nAda',
  ),
  'encoded fields': mail(
    [
      'Subject: =?utf-8?b?w6nDqQ==?= =?iso-2022-jp?q?=1B$B$=22=1B(B?=',
      "Content-Type: text/plain; charset*=utf-8''utf-7; name*0*=utf-8''a%20; name*1=b",
    ],
    '+AGEAYg- x',
  ),
  'HTML in quoted-printable': mail(
    ['Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'],
    '<style>p{display:none}</style><p hidden>=C3=A9&#8203;<a href=3D"https://a.example/">x=\r\ny</a><img src=3D"data:image/png;base64,QQ=3D=3D">',
  ),
  alternative: mail(
    ['Content-Type: multipart/alternative; boundary=b'],
    multipart('b', [
      'Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\nYQBiAA==',
      'Content-Type: text/html\r\n\r\n<b>ab</b>',
    ]),
  ),
  'zip attachment': withFile(
    'application/zip',
    'a.zip',
    zipOf({ 'a.html': '<a href="https://a.example/">x</a>', 'b.zip': zip(['c.js'], true) }),
  ),
  'Office file': withFile(
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'a.docx',
    zipOf({
      '[Content_Types].xml': '<Types/>',
      'word/_rels/document.xml.rels':
        '<Relationship Type="x/attachedTemplate" TargetMode="External" Target="https://a.example/t"/>',
    }),
  ),
  'gzip and RAR': mail(
    MIXED,
    multipart('out', [
      file('application/gzip', 'a.gz', gzipSync('x')),
      file('application/x-rar', 'a.rar', rar4(['a.exe'])),
    ]),
  ),
  PDF: withFile(
    'application/pdf',
    'a.pdf',
    pdf(
      '<</URI(https://a.example/)>>',
      objectStream('<</S/JavaScript/JS(x)>>'),
      stream('/Subtype/Image/Width 70/Height 70', 'x'),
    ),
  ),
  'nested messages': mail(
    MIXED,
    multipart('out', [
      `Content-Type: message/rfc822\r\n\r\n${mail(['Content-Type: multipart/related; boundary=in'], multipart('in', ['Content-Type: text/html\r\n\r\n<p>in']))}`,
      `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${mail([], 'deep').toString('base64')}`,
    ]),
  ),
  'calendar and HTML file': mail(
    MIXED,
    multipart('out', [
      'Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nORGANIZER:mailto:a@\r\n example.com\r\nURL:https://a.example/\\, x\r\n',
      file('text/html', 'a.html', '<script>location="htt"+"ps://a.example/"</script>'),
    ]),
  ),
};

describe('P13 a message cut at any byte', () => {
  it.each(Object.keys(KINDS))('P13 %s gives a message, never an error', async (kind) => {
    const whole = KINDS[kind] ?? Buffer.alloc(0);
    for (let length = 0; length <= whole.length; length++) {
      const message = await read(whole.subarray(0, length));
      expect(message.sizeBytes).toBe(length);
    }
  });

  it('P13 every kind is read without a mark where it is whole', async () => {
    for (const [kind, whole] of Object.entries(KINDS)) {
      const message = await read(whole);
      expect([kind, ...message.overBudget]).toEqual([kind]);
    }
  });

  it('P13 a file that is cut off is still looked at, and its message is marked', async () => {
    const whole = withFile('application/octet-stream', 'run.exe', 'MZ'.repeat(500));
    const message = await read(whole.subarray(0, whole.length - 200));
    expect(message.attachments.map(({ fileName }) => fileName)).toEqual(['run.exe']);
    expect(message.ambiguities).toContain('missing_closing_boundary');
  });
});
