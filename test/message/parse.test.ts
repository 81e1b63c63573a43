import { describe, expect, it } from 'vitest';
import { file, mail, multipart, read } from './build.ts';

describe('a plain message', () => {
  it('gives its fields, addresses and text', async () => {
    const message = await read(
      [
        'From: =?utf-8?q?Zo=C3=AB?= <Zoe@EXAMPLE.com>',
        'Reply-To: other@example.net',
        'To: "Lee, Kim" <kim@example.org>, sam@example.org',
        'Cc: Team: a@example.org, b@example.org;',
        'Subject: =?utf-8?B?R3LDvMOf?=',
        ' =?utf-8?q?e?=',
        'Message-ID: <1@example.com>',
        'Date: Tue, 3 Mar 2026 10:00:00 +0100',
        '',
        'See http://www.example.com/a.',
      ].join('\r\n'),
    );
    expect(message.from).toEqual([{ name: 'Zoë', address: 'Zoe@example.com', domain: 'example.com' }]);
    expect(message.replyTo.map((address) => address.address)).toEqual(['other@example.net']);
    expect(message.to.map((address) => address.name)).toEqual(['Lee, Kim', '']);
    expect(message.cc.map((address) => address.address)).toEqual(['a@example.org', 'b@example.org']);
    expect(message.subject).toBe('Grüße');
    expect(message.messageId).toBe('1@example.com');
    expect(message.date?.toISOString()).toBe('2026-03-03T09:00:00.000Z');
    expect(message.text).toBe('See http://www.example.com/a.');
    expect(message.visibleText).toBe(message.text);
    expect(message.links.map((link) => link.url)).toEqual(['http://www.example.com/a']);
    expect(message.ambiguities).toEqual([]);
    expect(message.overBudget).toEqual([]);
  });

  it('reads lines that end in LF, CRLF or CR alike', async () => {
    const lines = ['From: ada@example.com', 'Subject: a', '\tb', '', 'text'];
    for (const end of ['\n', '\r\n', '\r']) {
      const message = await read(lines.join(end));
      expect(message.subject).toBe('a\tb');
      expect(message.text).toBe('text');
    }
  });

  it('says null where a date cannot be read', async () => {
    expect((await read('Date: soon\r\n\r\nx')).date).toBeNull();
  });

  it('skips the first line of a mailbox', async () => {
    const message = await read('From ada@example.com Tue Mar  3 10:00:00 2026\nSubject: s\n\nx');
    expect(message.subject).toBe('s');
    expect(message.ambiguities).toEqual([]);
  });
});

describe('what a person reads', () => {
  const html = 'Content-Type: text/html\r\n\r\n<p>Shown</p>';
  const plain = 'Content-Type: text/plain\r\n\r\nPlain';

  it('is the HTML of an alternative', async () => {
    const body = multipart('b', [plain, html]);
    const message = await read(mail(['Content-Type: multipart/alternative; boundary=b'], body));
    expect(message.visibleText).toBe('Shown');
    expect(message.text).toBe('Plain');
  });

  it('is both where plain text stands beside the HTML', async () => {
    const body = multipart('b', [html, plain]);
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], body));
    expect(message.visibleText).toBe('Shown Plain');
  });
});

describe('charsets', () => {
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['iso-8859-1', Buffer.from('caf\xe9', 'latin1'), 'café'],
    ['gb2312', Buffer.from([0xc4, 0xe3]), '你'],
    ['iso-2022-jp', Buffer.from('\x1b$B$"\x1b(B', 'latin1'), 'あ'],
    ['utf-16le', Buffer.from('hi', 'utf16le'), 'hi'],
    ['utf-7', Buffer.from('+ADw-b+AD4-'), '<b>'],
    ['x-nobody-knows', Buffer.from('caf\xe9', 'latin1'), 'café'],
  ];
  for (const [charset, bytes, text] of cases) {
    it(`reads ${charset}`, async () => {
      const part = `Content-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: base64`;
      const message = await read(mail(part.split('\r\n'), bytes.toString('base64')));
      expect(message.text).toBe(text);
      expect(message.ambiguities.includes('unknown_charset')).toBe(charset.startsWith('x-'));
    });
  }
});

describe('inner messages', () => {
  const inner = `Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n${multipart('i', [
    file('application/pdf', 'a.pdf', '%PDF-1.4 x'),
    'Content-Type: text/plain\r\n\r\nhttps://inner.example/x',
  ])}`;

  it('are walked, with their files and links', async () => {
    const body = multipart('b', [`Content-Type: message/rfc822\r\n\r\n${inner}`]);
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], body));
    expect(message.attachments.map((each) => each.claimedType)).toEqual([
      'message/rfc822',
      'application/pdf',
    ]);
    expect(message.links.map((link) => link.host)).toContain('inner.example');
    expect(message.parts.map((part) => part.depth)).toEqual([0, 1, 2, 3, 3]);
  });

  it('are walked when they are encoded', async () => {
    const encoded = Buffer.from(inner).toString('base64');
    const body = multipart('b', [
      `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`,
    ]);
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], body));
    expect(message.attachments.map((each) => each.fileName)).toContain('a.pdf');
  });
});

describe('messages that can be read in two ways', () => {
  const two = multipart('a', ['\r\nfirst']) + multipart('b', [file('application/pdf', 'b.pdf', '%PDF-1.4')]);
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['duplicate_boundary_parameter', ['Content-Type: multipart/mixed; boundary=a; boundary=b'], two],
    [
      'duplicate_content_type',
      ['Content-Type: text/plain', 'Content-Type: multipart/mixed; boundary=b'],
      two,
    ],
    ['empty_boundary', ['Content-Type: multipart/mixed; boundary=""'], '--\r\n\r\nx\r\n----\r\n'],
    ['multipart_without_boundary', ['Content-Type: multipart/mixed'], 'x'],
    ['missing_closing_boundary', ['Content-Type: multipart/mixed; boundary=b'], '--b\r\n\r\nx'],
    [
      'boundary_line_with_suffix',
      ['Content-Type: multipart/mixed; boundary=b'],
      '--b\r\n\r\nx\r\n--bc\r\ny\r\n--b--',
    ],
    [
      'boundary_in_header',
      ['Content-Type: multipart/mixed; boundary=b'],
      '--b\r\nX-A: b\r\n--b\r\n\r\nx\r\n--b--',
    ],
    ['unknown_transfer_encoding', ['Content-Transfer-Encoding: hexa'], 'x'],
    [
      'duplicate_transfer_encoding',
      ['Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64'],
      'eA==',
    ],
    ['junk_in_base64', ['Content-Transfer-Encoding: base64'], 'aGVs!bG8='],
    ['base64_after_padding', ['Content-Transfer-Encoding: base64'], 'aGk=IHlvdQ=='],
    ['unknown_charset', ['Content-Type: text/plain; charset=none-such'], 'x'],
    ['malformed_content_type', ['Content-Type: text/html charset=utf-8'], 'x'],
    ['header_without_colon', ['no colon here'], 'x'],
    ['space_before_colon', ['X-A : b'], 'x'],
    ['nul_in_header', ['X-A: b\0c'], 'x'],
    ['bare_cr_in_header', ['X-A: b\rX-B: c'], 'x'],
    ['duplicate_subject', ['Subject: again'], 'x'],
    ['duplicate_from', ['From: eve@example.net'], 'x'],
    ['several_from_addresses', ['From: eve@example.net'], 'x'],
    ['header_8bit_not_utf8', ['X-A: caf\xe9'], 'x'],
    [
      'encoded_multipart',
      ['Content-Type: multipart/mixed; boundary=b', 'Content-Transfer-Encoding: base64'],
      '',
    ],
  ];
  for (const [kind, fields, body] of cases) {
    it(`are marked: ${kind}`, async () => {
      expect((await read(mail(fields, body))).ambiguities).toContain(kind);
    });
  }

  it('have a prefix of one boundary as another', async () => {
    const inner = `Content-Type: multipart/mixed; boundary=bb\r\n\r\n${multipart('bb', ['\r\nx'])}`;
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], multipart('b', [inner])));
    expect(message.ambiguities).toContain('boundary_is_prefix');
  });

  it('have their files looked at in either reading', async () => {
    for (const fields of [
      ['Content-Type: multipart/mixed; boundary=a; boundary=b'],
      ['Content-Type: text/plain', 'Content-Type: multipart/mixed; boundary=b'],
      ['Content-Type: multipart/mixed; boundary=b', 'Content-Type: text/plain'],
    ]) {
      const message = await read(mail(fields, two));
      expect(message.attachments.map((each) => each.fileName)).toContain('b.pdf');
    }
  });

  it('have base64 read on behind its padding', async () => {
    const message = await read(mail(['Content-Transfer-Encoding: base64'], 'aGk=IHlvdQ=='));
    expect(message.text).toBe('hi you');
  });

  it('have an encoded multipart read decoded', async () => {
    const body = Buffer.from(multipart('b', [file('application/pdf', 'b.pdf', '%PDF-1.4')])).toString(
      'base64',
    );
    const fields = ['Content-Type: multipart/mixed; boundary=b', 'Content-Transfer-Encoding: base64'];
    const message = await read(mail(fields, body));
    expect(message.attachments.map((each) => each.fileName)).toContain('b.pdf');
  });

  it('honest multiparts have none', async () => {
    const body = multipart('x', [
      'Content-Type: text/plain\r\n\r\nhi',
      file('application/pdf', 'a.pdf', '%PDF-1.4'),
    ]);
    const message = await read(
      mail(['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="x"'], body),
    );
    expect(message.ambiguities).toEqual([]);
  });
});
