import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { type Letter, letterBytes } from '../../src/digest/letter.ts';
import { SHOWN_CHARACTERS, shownText } from '../../src/digest/shown-text.ts';

const LETTER: Letter = {
  sender: 'postmaster@inbox.example',
  recipient: 'anna@inbox.example',
  language: 'en',
  entries: [
    {
      from: 'Bank <x@evil.example>',
      subject: '<script>alert(1)</script>\r\nBcc: all@inbox.example \u202egpj.exe https://evil.example/login',
      heldAt: new Date('2026-03-02T10:00:00Z'),
      category: 'credential_phishing',
      link: { action: 'release', url: 'https://postern.example/letters/abc' },
    },
  ],
  count: 1,
  linkDays: 7,
  offUrl: 'https://postern.example/letters/off',
  date: new Date('2026-03-03T06:00:00Z'),
  hostname: 'postern.example',
  id: 'letter-1',
};

describe('a letter', () => {
  it.each(['en', 'de', 'fr', 'es', 'pt', 'it'] as const)(
    'has text and HTML, our links alone, in %s',
    async (language) => {
      const mail = await simpleParser(await letterBytes({ ...LETTER, language }));
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
      expect(mail.headers.get('content-language')).toBe(language);
      expect(mail.headers.has('bcc')).toBe(false);
      expect(mail.html).not.toContain('<script');
      for (const body of [mail.text ?? '', String(mail.html)]) {
        expect(body).toContain('https://postern.example/letters/abc');
        expect(body).not.toContain('https://evil');
        expect(body).not.toContain('evil.example');
        expect(body).not.toContain('\u202e');
      }
    },
  );

  it('says how many are not listed', async () => {
    const mail = await simpleParser(await letterBytes({ ...LETTER, count: 31 }));
    expect(mail.text).toContain('30 more');
  });
});

describe('text of an attacker', () => {
  it('is one line, with what cannot be seen shown by number', () => {
    expect(shownText('a\r\nb\u202ec\u200bd\u0000')).toBe('a b[U+202E]c[U+200B]d[U+0000]');
  });

  it('has nothing that becomes a link', () => {
    expect(shownText('see https://a.example/x, www.b.example, c@d.example, mailto:e')).toBe(
      'see https[://]a[.]example/x, www[.]b[.]example, c@d[.]example, mailto[:]e',
    );
  });

  it('is cut after the limit, not at it', () => {
    expect(shownText('x'.repeat(SHOWN_CHARACTERS))).toBe('x'.repeat(SHOWN_CHARACTERS));
    expect(shownText('x'.repeat(SHOWN_CHARACTERS + 1))).toBe(`${'x'.repeat(SHOWN_CHARACTERS)}…`);
  });
});
