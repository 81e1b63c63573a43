import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, mail, multipart, read, zip } from '../build.ts';

describe('any bytes', () => {
  const SAMPLE = mail(
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="out"', 'X-A: =?utf-8?q?=C3=A9?='],
    multipart('out', [
      `Content-Type: multipart/alternative; boundary=in\r\n\r\n${multipart('in', [
        'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nh=C3=A9 =\r\nx',
        'Content-Type: text/html\r\n\r\n<a href="http://a.example/">b</a><style>p{}</style>',
      ])}`,
      file('application/zip', 'a.zip', zip(['a.js'])),
      'Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhello',
    ]),
  );

  it('P13 random bytes give a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const message = await read(Buffer.from(bytes));
        expect(message.sizeBytes).toBe(bytes.length);
      }),
      { numRuns: 200 },
    );
  });

  it('P13 fragments of mail in any order give a message, the same each time', async () => {
    const fragment = fc.constantFrom(
      'Content-Type: multipart/mixed; boundary=b\r\n',
      'Content-Type: text/html\n',
      'Content-Type: message/rfc822\r',
      'Content-Transfer-Encoding: base64\r\n',
      "Content-Disposition: attachment; filename*0*=utf-8''a%; filename*1=b\r\n",
      '\r\n',
      '\n',
      '\r',
      '--b\r\n',
      '--b--\r\n',
      '--',
      '<div hidden>',
      '<title>',
      '</',
      '&#x110000;',
      'http://[::',
      'QUJD=',
      'PK\x03\x04',
      '%PDF-/URI(',
      '=?utf-8?b?',
      'From: "a',
      '<a href="//',
      '\0',
      '\xff\xfe',
      '"',
      '(',
      ';',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 60 }), async (fragments) => {
        const bytes = Buffer.from(fragments.join(''), 'latin1');
        expect(await read(bytes)).toEqual(await read(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('P13 one byte changed anywhere gives a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(SAMPLE.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Buffer.from(SAMPLE);
        bytes[at] = byte;
        await expect(read(bytes)).resolves.toBeDefined();
      }),
      { numRuns: 200 },
    );
  });
});
