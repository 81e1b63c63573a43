import { describe, expect, it } from 'vitest';
import { file, mail, multipart, read } from '../build.ts';

/** As many as make a quadratic reading run into the time limit of the test run. */
const MANY = 100_000;
const MIXED = 'Content-Type: multipart/mixed; boundary=b';
const PROGRAM = file('application/octet-stream', 'invoice.exe', 'MZ program');

const fileNames = async (bytes: Buffer | string) =>
  (await read(bytes)).attachments.map(({ fileName }) => fileName);

describe('P1 sibling parts', () => {
  it('P1 1.4 million empty parts are read up to the budget, which is named', async () => {
    const message = await read(mail([MIXED], '--b\r\n\r\n'.repeat(1_400_000)));
    expect(message.overBudget).toEqual(['parts']);
    expect(message.parts).toHaveLength(500);
  });

  it('P1 what stands before the flood is looked at', async () => {
    const body = `--b\r\n${PROGRAM}\r\n${'--b\r\n\r\n'.repeat(MANY)}`;
    expect(await fileNames(mail([MIXED], body))).toContain('invoice.exe');
  });

  it('P1 texts of many parts are bounded together', async () => {
    const message = await read(
      mail([MIXED], multipart('b', Array(400).fill(`\r\n${'some words '.repeat(700)}`))),
    );
    expect(message.overBudget).toEqual(['textChars']);
    expect(message.text.length).toBe(256 * 1024);
  });
});

describe('P2 nested multiparts', () => {
  const nested = (levels: number, boundary: (at: number) => string) =>
    Array.from(
      { length: levels },
      (_, at) => `Content-Type: multipart/mixed; boundary=${boundary(at)}\r\n\r\n--${boundary(at)}\r\n`,
    ).join('');

  it('P2 100,000 levels are read up to the budget, which is named', async () => {
    const message = await read(`${nested(MANY, (at) => `b${at}`)}\r\nx`);
    expect(message.overBudget).toContain('depth');
    expect(Math.max(...message.parts.map(({ depth }) => depth))).toBe(24);
  });

  it('P2 levels that all have the same boundary are marked', async () => {
    const message = await read(`${nested(MANY, () => 'b')}\r\nx`);
    expect(message.overBudget).toContain('depth');
    expect(message.ambiguities).toContain('boundary_used_twice');
  });
});

describe('P3 messages in messages', () => {
  const wrapped = (levels: number, inner: string) =>
    `${'Content-Type: message/rfc822\r\n\r\n'.repeat(levels)}${inner}`;

  it('P3 a payload below the limit of nesting is not called clean: the budget is named', async () => {
    expect((await read(wrapped(MANY, PROGRAM))).overBudget).toContain('depth');
  });

  it('P3 a payload at the limit of nesting is found, one level deeper it is marked', async () => {
    const at = await read(wrapped(24, PROGRAM));
    expect(at.attachments.map(({ fileName }) => fileName)).toContain('invoice.exe');
    expect(at.overBudget).toEqual([]);
    expect((await read(wrapped(25, PROGRAM))).overBudget).toEqual(['depth']);
  });

  it('P3 a message that lies inside in base64 is walked as well', async () => {
    let inner = Buffer.from(PROGRAM);
    for (let level = 0; level < 5; level++) {
      inner = Buffer.from(
        `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${inner.toString('base64')}`,
      );
    }
    expect(await fileNames(inner)).toContain('invoice.exe');
  });
});

describe('P4 header fields', () => {
  it('P4 100,000 fields are read up to the budget, which is named', async () => {
    const message = await read(mail(Array(MANY).fill('X-A: b'), 'x'));
    expect(message.overBudget).toEqual(['headerFields', 'headerBytes']);
    expect(message.headers).toHaveLength(2_000);
  });

  it('P4 one field of 60 MB', async () => {
    const message = await read(`Subject: hello\r\nX-A: ${'b'.repeat(60 * 1024 * 1024)}\r\n\r\nx`);
    expect(message.overBudget).toEqual(['inspectBytes', 'headerBytes']);
    expect(message.subject).toBe('hello');
  });

  it('P4 the body behind a block that is too long is read', async () => {
    for (const lineEnd of ['\r\n', '\n']) {
      const fields = `X-A: b${lineEnd}`.repeat(700_000);
      const message = await read(`${fields}${lineEnd}the body`);
      expect(message.text).toBe('the body');
    }
  });

  it('P4 a To list of 64 KB is read up to 500 addresses', async () => {
    const message = await read(`To: ${'a@example.com, '.repeat(4_369)}\r\n\r\nx`);
    expect(message.to).toHaveLength(500);
    expect(message.overBudget).toEqual([]);
  });
});

describe('P5 boundaries that two readers understand in two ways', () => {
  const bodyOf = (first: string, second: string) =>
    `--${first}\r\nContent-Type: text/plain\r\n\r\nhello\r\n--${first}--\r\n--${second}\r\n${PROGRAM}\r\n--${second}--\r\n`;

  it.each([
    ['first', 'one', 'two'],
    ['second', 'two', 'one'],
  ])('P5 CVE-2024-28054: of two boundary parameters the file under the %s one is found', async (_, a, b) => {
    const bytes = mail(['Content-Type: multipart/mixed; boundary=one; boundary=two'], bodyOf(a, b));
    const message = await read(bytes);
    expect(message.ambiguities).toContain('duplicate_boundary_parameter');
    expect(message.attachments.map(({ fileName }) => fileName)).toContain('invoice.exe');
  });

  it('P5 of a boundary given plain and in RFC 2231 form both are followed', async () => {
    const fields = [`Content-Type: multipart/mixed; boundary=one; boundary*=utf-8''two`];
    const message = await read(mail(fields, bodyOf('one', 'two')));
    expect(message.ambiguities).toContain('duplicate_boundary_parameter');
    expect(message.attachments.map(({ fileName }) => fileName)).toContain('invoice.exe');
  });

  it('P5 a boundary in RFC 2231 continuations is joined, in whatever order they come', async () => {
    for (const written of ['boundary*0=on; boundary*1=e', 'boundary*1=e; boundary*0=on']) {
      const body = multipart('one', [PROGRAM]);
      expect(await fileNames(mail([`Content-Type: multipart/mixed; ${written}`], body))).toEqual([
        'invoice.exe',
      ]);
    }
  });

  it.each([
    ['Content-Type: text/plain', 'Content-Type: multipart/mixed; boundary=one'],
    ['Content-Type: multipart/mixed; boundary=one', 'Content-Type: text/plain'],
    ['Content-Type: multipart/mixed; boundary=none', 'Content-Type: multipart/mixed; boundary=one'],
  ])('P5 of two Content-Types, %s and %s, the file in either is found', async (...fields) => {
    const message = await read(mail(fields, multipart('one', [PROGRAM])));
    expect(message.ambiguities).toContain('duplicate_content_type');
    expect(message.attachments.map(({ fileName }) => fileName)).toContain('invoice.exe');
  });

  it('P5 a boundary with a space at its end is one without', async () => {
    const message = await read(
      mail(['Content-Type: multipart/mixed; boundary="one "'], multipart('one', [PROGRAM])),
    );
    expect(message.ambiguities).toContain('boundary_with_trailing_space');
    expect(message.attachments.map(({ fileName }) => fileName)).toContain('invoice.exe');
  });

  it('P5 a boundary that is the beginning of another, outside or inside', async () => {
    for (const [outer, inner] of [
      ['part', 'part-in'],
      ['part-in', 'part'],
    ] as const) {
      const inside = `Content-Type: multipart/mixed; boundary=${inner}\r\n\r\n${multipart(inner, [PROGRAM])}`;
      const body = multipart(outer, [inside, 'Content-Type: text/plain\r\n\r\nlast']);
      const message = await read(mail([`Content-Type: multipart/mixed; boundary=${outer}`], body));
      expect(message.ambiguities).toContain('boundary_is_prefix');
      expect(message.attachments.map(({ fileName }) => fileName)).toContain('invoice.exe');
      expect(message.text).toBe('last');
    }
  });

  it('P5 a line that only begins as the boundary does is marked', async () => {
    const body = `--one\r\n\r\nhello\r\n--one-more\r\n${PROGRAM}\r\n--one--\r\n`;
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=one'], body));
    expect(message.ambiguities).toContain('boundary_line_with_suffix');
  });

  it('P5 an empty boundary is followed and marked', async () => {
    const message = await read(
      mail(['Content-Type: multipart/mixed; boundary=""'], multipart('', [PROGRAM])),
    );
    expect(message.ambiguities).toContain('empty_boundary');
    expect(message.attachments.map(({ fileName }) => fileName)).toContain('invoice.exe');
  });

  it('P5 a multipart without any boundary is marked, and its text is read', async () => {
    const message = await read(mail(['Content-Type: multipart/mixed'], 'http://a.example/'));
    expect(message.ambiguities).toContain('multipart_without_boundary');
    expect(message.links.map(({ url }) => url)).toEqual(['http://a.example/']);
  });

  it('P5 many lines that look like boundaries without being any are looked at up to a bound', async () => {
    const boundary = 'b'.repeat(60);
    const fields = [`Content-Type: multipart/mixed; boundary=${boundary}`];
    expect((await read(mail(fields, `--${boundary}x\r\n`.repeat(60_000)))).overBudget).toContain('parts');
    expect((await read(mail([MIXED], '--\r\n'.repeat(1_100_000)))).overBudget).toContain('parts');
  });
});
