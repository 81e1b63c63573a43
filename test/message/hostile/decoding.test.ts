import { describe, expect, it } from 'vitest';
import { mail, read } from '../build.ts';

const ATTACHED = [
  'Content-Type: application/octet-stream',
  'Content-Disposition: attachment; filename=a.exe',
];
const contentOf = (fields: readonly string[], body: string) => read(mail([...ATTACHED, ...fields], body));
const PROGRAM = Buffer.from('MZ this program is no program');
const BASE64 = PROGRAM.toString('base64');
const sizes = async (bytes: Promise<Awaited<ReturnType<typeof read>>>) =>
  (await bytes).attachments.map(({ size }) => size);

describe('P6 transfer encodings', () => {
  it.each([
    ['stars', BASE64.replaceAll(/.{5}/g, '$&*'), 'junk_in_base64'],
    ['dashes, which other decoders take for data', BASE64.replaceAll(/.{8}/g, '$&--'), 'junk_in_base64'],
    [
      'padding in the middle',
      `${Buffer.from('MZ').toString('base64')}${PROGRAM.subarray(2).toString('base64')}`,
      'base64_after_padding',
    ],
  ])('P6 base64 with %s is decoded as the most forgiving reader would, and marked', async (_, body, mark) => {
    const message = await contentOf(['Content-Transfer-Encoding: base64'], body);
    expect(message.ambiguities).toContain(mark);
    expect(message.attachments[0]?.size).toBe(PROGRAM.length);
  });

  it('P6 base64 of nothing but paddings is decoded in one pass', async () => {
    const message = await contentOf(['Content-Transfer-Encoding: base64'], 'QQ=='.repeat(500_000));
    expect(message.attachments[0]?.size).toBe(500_000);
  });

  it.each([[['base64', '7bit']], [['7bit', 'base64']]])(
    'P6 of two transfer encodings, %s, both readings of the file are looked at',
    async (encodings) => {
      const message = await contentOf(
        encodings.map((one) => `Content-Transfer-Encoding: ${one}`),
        BASE64,
      );
      expect(message.ambiguities).toContain('duplicate_transfer_encoding');
      expect(message.attachments.map(({ size }) => size)).toContain(PROGRAM.length);
    },
  );

  it('P6 an unknown encoding leaves the bytes as they are, and is marked', async () => {
    const message = await contentOf(['Content-Transfer-Encoding: x-none-such'], 'MZ program');
    expect(message.ambiguities).toContain('unknown_transfer_encoding');
    expect(message.attachments[0]?.size).toBe('MZ program'.length);
  });

  it('P6 an encoding in capitals is what it says', async () => {
    for (const written of ['BASE64', ' Base64 ']) {
      expect(await sizes(contentOf([`Content-Transfer-Encoding: ${written}`], BASE64))).toEqual([
        PROGRAM.length,
      ]);
    }
  });

  it.each(['base64 (as ever)', 'base64;', 'base64, 7bit'])(
    'P6 an encoding written as "%s" is decoded, and marked where another reader does not',
    async (written) => {
      const message = await contentOf([`Content-Transfer-Encoding: ${written}`], BASE64);
      expect(message.attachments[0]?.size).toBe(PROGRAM.length);
      if (message.attachments.length > 1) expect(message.ambiguities).toContain('attachments_disagree');
    },
  );

  it('P6 an encoded multipart is read in both ways', async () => {
    const inner = `--b\r\n${ATTACHED.join('\r\n')}\r\n\r\nMZ\r\n--b--\r\n`;
    const fields = ['Content-Type: multipart/mixed; boundary=b', 'Content-Transfer-Encoding: base64'];
    const message = await read(mail(fields, Buffer.from(inner).toString('base64')));
    expect(message.ambiguities).toContain('encoded_multipart');
    expect(message.attachments.map(({ fileName }) => fileName)).toContain('a.exe');
  });
});

describe('P7 charsets', () => {
  const textIn = async (charset: string, bytes: Buffer) => {
    const part = [`Content-Type: text/html; charset=${charset}`, 'Content-Transfer-Encoding: base64'];
    return read(mail(part, bytes.toString('base64')));
  };
  const urls = async (charset: string, bytes: Buffer) =>
    (await textIn(charset, bytes)).links.map(({ url }) => url);
  const LINK = '<a href="http://bad.example/">log in</a>';

  it('P7 markup hidden in UTF-7 is markup', async () => {
    const hidden = Buffer.from('+ADw-a href=+ACI-http://bad.example/+ACI-+AD4-log in+ADw-/a+AD4-');
    for (const label of ['utf-7', 'UTF7', 'unicode-1-1-utf-7', 'csUnicode11UTF7']) {
      expect(await urls(label, hidden)).toEqual(['http://bad.example/']);
    }
  });

  it('P7 a subject in UTF-7 is readable', async () => {
    const message = await read('Subject: =?utf-7?q?+AFY-erify_your_+AGEAYwBjAG8AdQBuAHQ-?=\r\n\r\nx');
    expect(message.subject).toBe('Verify your account');
  });

  it('P7 ISO-2022 shifts between letters are taken out', async () => {
    const shifted = LINK.replaceAll('b', 'b\x1b(B').replace('log', 'l\x1b(Jo\x1b(Bg');
    const message = await textIn('iso-2022-jp', Buffer.from(shifted, 'latin1'));
    expect(message.links.map(({ url }) => url)).toEqual(['http://bad.example/']);
    expect(message.visibleText).toBe('log in');
  });

  it('P7 a shift that never ends does not swallow the message unseen', async () => {
    const message = await textIn('iso-2022-jp', Buffer.from(`\x1b$B${LINK}`, 'latin1'));
    expect(message.sizeBytes).toBeGreaterThan(0);
    expect(message.visibleText.length + message.ambiguities.length).toBeGreaterThan(0);
  });

  it('P7 UTF-16 without a byte order mark is read in the order its label says', async () => {
    expect(await urls('utf-16le', Buffer.from(LINK, 'utf16le'))).toEqual(['http://bad.example/']);
    expect(await urls('utf-16be', Buffer.from(LINK, 'utf16le').swap16())).toEqual(['http://bad.example/']);
  });

  it('P7 UTF-16 whose label names no order is read in the order of its bytes', async () => {
    expect(await urls('utf-16', Buffer.from(LINK, 'utf16le').swap16())).toEqual(['http://bad.example/']);
    expect(await urls('utf-16', Buffer.from(LINK, 'utf16le'))).toEqual(['http://bad.example/']);
  });

  it('P7 a byte order mark is stronger than the label, as in browsers', async () => {
    const marked = Buffer.from(`\ufeff${LINK}`, 'utf16le');
    expect(await urls('utf-16be', marked)).toEqual(['http://bad.example/']);
    expect(await urls('utf-16le', Buffer.from(marked).swap16())).toEqual(['http://bad.example/']);
  });

  it('P7 an unknown charset is read as the bytes suggest, and marked', async () => {
    const message = await textIn('x-none-such', Buffer.from(LINK));
    expect(message.ambiguities).toContain('unknown_charset');
    expect(message.links.map(({ url }) => url)).toEqual(['http://bad.example/']);
  });

  it('P7 a stream of invented labels is no leak: only some are remembered', async () => {
    for (let at = 0; at < 500; at++) {
      const message = await textIn(`x-${at}`, Buffer.from('x'));
      expect(message.ambiguities).toContain('unknown_charset');
    }
  });
});
