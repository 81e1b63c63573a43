import { zipOf } from '../../test/message/archives/files.ts';

/** A header block and a body, lines joined with CRLF. */
export function mailOf(fields: readonly string[], body: string): Buffer {
  const all = ['From: Ada Example <ada@example.com>', 'To: bob@example.org', 'Subject: Hello', ...fields];
  return Buffer.from(`${all.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

export function multipartOf(boundary: string, parts: readonly string[]): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
}

/** Invented mail of all shapes that the structure has: alternatives, files, mail in mail, encodings, charsets. */
export function mails(): Buffer[] {
  const alternative = multipartOf('in', [
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nh=C3=A9 =\r\nx',
    'Content-Type: text/html; charset="iso-8859-1"\r\n\r\n<a href="http://a.example/">b</a>',
  ]);
  const archive = zipOf({ 'a.js': 'x' }).toString('base64');
  return [
    mailOf([], 'plain http://www.example.com/a\r\n'),
    mailOf(
      ['MIME-Version: 1.0', 'Content-Type: text/html', 'Content-Transfer-Encoding: base64'],
      'PGI+aGVsbG88L2I+\r\n',
    ),
    mailOf(
      [
        'Content-Type: multipart/mixed; boundary="out"',
        'X-A: =?utf-8?q?=C3=A9?= =?iso-2022-jp?b?GyRCJCIbKEI=?=',
      ],
      multipartOf('out', [
        `Content-Type: multipart/alternative; boundary=in\r\n\r\n${alternative}`,
        `Content-Type: application/zip; name=a.zip\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''a%; filename*1=.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${archive}`,
        'Content-Type: message/rfc822\r\n\r\nSubject: in\r\nFrom: a@example.net\r\n\r\nhello',
      ]),
    ),
    mailOf(
      ['Content-Type: multipart/digest; boundary=d'],
      multipartOf('d', ['\r\nSubject: a\r\n\r\nb', '\r\nSubject: c\r\n\r\nd']),
    ),
    mailOf(
      ['From: second@example.net', 'Content-Type: multipart/mixed; boundary=a; boundary=ab'],
      '--a\r\n\r\nx\r\n--ab\r\n\r\ny\r\n--a--\r\n',
    ),
    mailOf(
      ['Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64'],
      Buffer.from('Subject: in\r\n\r\nx').toString('base64'),
    ),
    Buffer.from('From me Mon\nno colon\n\xff\n\nbody\r--a\r', 'latin1'),
  ];
}

/** Words of the structure of mail. */
export const MAIL_WORDS: readonly string[] = [
  'Content-Type: multipart/mixed; boundary=b\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: text/html\r\n',
  'Content-Type: text/plain; charset=utf-7\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'Content-Disposition: attachment; filename=a.zip\r\n',
  'Content-ID: <a>\r\n',
  'From: ',
  'To: ',
  'Subject: ',
  'Date: ',
  'Message-ID: <a@b>\r\n',
  '--b\r\n',
  '--b--\r\n',
  '--',
  '\r\n\r\n',
  '\r\n',
  '\n',
  '\r',
  '\r\n ',
  'boundary=',
  '__proto__',
  'constructor',
  "filename*0*=utf-8''",
  'filename*1=',
  '=?utf-8?b?',
  '=?utf-8?q?',
  '?=',
  '=C3=A9',
  '=\r\n',
  'QUJD',
  '\0',
  '\xff\xfe',
];
