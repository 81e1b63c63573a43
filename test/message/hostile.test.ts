import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, mail, multipart, read, readHtml, zip } from './build.ts';

/** Reduced sizes: enough that a quadratic reading would take minutes and run into the time limit of the test run. */
const MANY = 100_000;

describe('hostile structure', () => {
  it('P1: very many sibling parts are read up to the budget', async () => {
    const message = await read(
      mail(['Content-Type: multipart/mixed; boundary=b'], '--b\r\n\r\n'.repeat(MANY)),
    );
    expect(message.overBudget).toEqual(['parts']);
  });

  it('P2: very deep multiparts are read up to the budget', async () => {
    const levels = Array.from(
      { length: 20_000 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    );
    const message = await read(`${levels.join('')}\r\nx`);
    expect(message.overBudget).toContain('depth');
  });

  it('P3: a payload below very many inner messages is marked', async () => {
    const message = await read(`${'Content-Type: message/rfc822\r\n\r\n'.repeat(5_000)}x`);
    expect(message.overBudget).toEqual(['depth']);
  });

  it('P4: very many header fields, and one very long', async () => {
    expect((await read(mail(Array(MANY).fill('X-A: b'), 'x'))).overBudget).toContain('headerFields');
    expect((await read(mail([`X-A: ${'b'.repeat(1_000_000)}`], 'x'))).overBudget).toEqual(['headerBytes']);
    const list = await read(`To: ${'a@example.com, '.repeat(4_000)}\r\n\r\nx`);
    expect(list.to).toHaveLength(500);
  });

  it('lines that look like boundaries without being any do not hold it up', async () => {
    const boundary = 'b'.repeat(60);
    const message = await read(
      mail([`Content-Type: multipart/mixed; boundary=${boundary}`], `--${boundary}x\r\n`.repeat(60_000)),
    );
    expect(message.overBudget).toContain('parts');
  });
});

describe('hostile bodies', () => {
  it('P6: base64 of nothing but paddings', async () => {
    const fields = ['Content-Type: application/x', 'Content-Transfer-Encoding: base64'];
    const message = await read(mail(fields, 'QQ=='.repeat(MANY)));
    expect(message.attachments[0]?.size).toBe(MANY);
  });

  it('P8: nested comments, groups and quotes in addresses', async () => {
    for (const from of [
      '('.repeat(30_000),
      'g:'.repeat(10_000),
      '"\\'.repeat(10_000),
      '<a@b>,'.repeat(3_000),
    ]) {
      await expect(read(`From: ${from} ada@example.com\r\n\r\nx`)).resolves.toBeDefined();
    }
  });

  it('P9: link bombs', async () => {
    for (const body of [
      `http://a.example/${')'.repeat(MANY)}`,
      'http://'.repeat(MANY),
      'www.'.repeat(MANY),
      `http://${'a.'.repeat(MANY)}`,
    ]) {
      await expect(read(mail([], body))).resolves.toBeDefined();
    }
  });

  it('P10: names of object members are names like others', async () => {
    const body = multipart('b', [
      file('application/x', '__proto__', 'x'),
      file('application/x', 'constructor', 'y'),
    ]);
    const message = await read(
      mail(['__proto__: a', 'Content-Type: multipart/mixed; boundary=b; __proto__=c; constructor=d'], body),
    );
    expect(message.attachments.map((each) => each.fileName)).toEqual(['__proto__', 'constructor']);
    expect(message.headers.some((header) => header.name === '__proto__')).toBe(true);
  });

  it('P11: damaged archives and PDFs with endless strings', async () => {
    const archive = zip(['a.txt', 'b.exe']);
    const body = multipart('b', [
      file('application/zip', 'cut.zip', archive.subarray(0, archive.length - 30)),
      file('application/pdf', 'a.pdf', `%PDF-1.4\n${'/URI('.repeat(MANY)}`),
    ]);
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], body));
    expect(message.attachments[0]?.entries).toEqual(['a.txt', 'b.exe']);
    expect(message.attachments[1]?.realType).toBe('application/pdf');
  });

  it('P12: a million nested tags', async () => {
    const message = await readHtml('<div>'.repeat(200_000));
    expect(message.overBudget).toContain('htmlNodes');
    await expect(readHtml(`${'<b>'.repeat(20_000)}${'</i>'.repeat(20_000)}`)).resolves.toBeDefined();
  });
});

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

  it('P13: a message cut at any byte gives a message', async () => {
    for (let length = 0; length <= SAMPLE.length; length++) {
      const message = await read(SAMPLE.subarray(0, length));
      expect(message.sizeBytes).toBe(length);
    }
  });

  it('random bytes give a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const message = await read(Buffer.from(bytes));
        expect(message.sizeBytes).toBe(bytes.length);
      }),
      { numRuns: 200 },
    );
  });

  it('fragments of mail in any order give a message, the same each time', async () => {
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

  it('one byte changed anywhere gives a message', async () => {
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
