import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asciiText, foldText, foldTokens, MAX_LINE } from '../../src/policy/fold.ts';
import { addedHeaders } from '../../src/policy/headers.ts';
import { decideOn, finding, type Situation } from './decision-input.ts';

const OURS = { authservId: 'mx.example.net', hostname: 'mx.example.net' };

const headersOf = (situation: Situation, options = OURS) =>
  addedHeaders(decideOn(situation), options).toString('latin1');
const unfolded = (headers: string) => headers.replace(/\r\n /g, ' ').split('\r\n');

describe('the added headers', () => {
  test('say verdict, reasons and results', () => {
    const findings = [finding(3, 'The sender asks for gift cards'), finding(2, 'First mail from “Zoë”')];
    const authentication = {
      spf: 'pass',
      spfDomain: 'shop.example',
      dkim: 'pass',
      dkimDomains: ['shop.example', 'list.example'],
      dmarc: 'fail',
      dmarcPolicy: 'reject',
      arc: 'none',
      source: 'live',
    } as const;
    expect(
      unfolded(headersOf({ score: 0.9731, assessment: { findings, category: 'bec' }, authentication })),
    ).toEqual([
      'X-Postern-Verdict: quarantine; category=bec; score=0.973; id=m1; model=postern-1@1',
      'X-Postern-Reasons: The sender asks for gift cards; First mail from "Zoe"',
      'Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=shop.example; dkim=pass header.d=shop.example; dkim=pass header.d=list.example; dmarc=fail policy.dmarc=reject header.from=shop.example; arc=none',
      '',
    ]);
  });

  test('say none where nothing is known, and have no empty field', () => {
    expect(unfolded(headersOf({ assessment: { model: null } }))).toEqual([
      'X-Postern-Verdict: accept; category=none; score=0.000; id=m1; model=none',
      'Authentication-Results: mx.example.net; none',
      '',
    ]);
  });

  test('name HELO where SPF spoke for it, and the verdict of the recipients of this copy', () => {
    const decision = decideOn({
      score: 0.95,
      envelope: { mailFrom: '' },
      authentication: { spf: 'fail', spfDomain: 'mail.shop.example' },
    });
    const text = addedHeaders(decision, { ...OURS, verdict: 'tag' }).toString();
    expect(text).toContain('X-Postern-Verdict: tag;');
    expect(text).toContain('spf=fail smtp.helo=mail.shop.example');
  });

  test('leave out what cannot be written, and never write a changed identity', () => {
    const authentication = { spf: 'pass', spfDomain: 'a"; dmarc=pass\r\nX: y', source: 'live' } as const;
    const text = headersOf({ authentication }, { authservId: 'bad id\r\n', hostname: 'mx.example.net' });
    expect(text).toMatch(/Authentication-Results: mx\.example\.net; spf=pass\r\n$/);
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom('\r', '\n', ' ', '\t', ':', ';', '"', '\0', 'a', 'é', '\u2028', '\ud800'),
      maxLength: 300,
    }),
  );

  test('are nothing but these fields, whatever the strings', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, fc.array(hostile, { maxLength: 8 }), (a, b, c, words) => {
        const headers = headersOf(
          {
            id: a,
            from: [`x@${b}`],
            assessment: { model: c, score: 0.6, findings: words.map((text) => finding(1, text)) },
            authentication: {
              spf: 'pass',
              spfDomain: a,
              dkim: 'pass',
              dkimDomains: [b, c],
              dmarc: 'pass',
              source: 'live',
            },
          },
          { authservId: c, hostname: a },
        );
        expect(headers).toMatch(/^[\x20-\x7e\r\n]*$/);
        expect(headers.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
        const lines = headers.split('\r\n').slice(0, -1);
        for (const line of lines) {
          expect(line).toMatch(/^(?:X-Postern-Verdict: |X-Postern-Reasons: |Authentication-Results: | )\S/);
          expect(line.length).toBeLessThanOrEqual(998);
        }
        const names = lines
          .filter((line) => !line.startsWith(' '))
          .map((line) => line.slice(0, line.indexOf(':')));
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('folding', () => {
  test('keeps text within 78 columns, words longer than a line in pieces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        for (const line of foldText('X-Postern-Reasons', text).split('\r\n'))
          expect(line.length).toBeLessThanOrEqual(MAX_LINE);
      }),
    );
    expect(foldText('X', 'a'.repeat(200)).split('\r\n ').length).toBeGreaterThan(2);
  });

  test('fills a line to its last column and folds one column later', () => {
    const word = (length: number) => foldTokens('N', ['a'.repeat(10), 'b'.repeat(length)]);
    expect(word(MAX_LINE - 'N: aaaaaaaaaa; '.length).split('\r\n')).toHaveLength(2);
    expect(word(MAX_LINE - 'N: aaaaaaaaaa; '.length + 1).split('\r\n')).toHaveLength(3);
  });

  test.each([
    ['Zoë “said” – no…', 'Zoe "said" - no...'],
    ['付款 now', '?? now'],
    ['a\r\n\tb\0c', 'a b c'],
    ['ｐａｙ', 'pay'],
  ])('%j is %j in ASCII', (text, ascii) => {
    expect(asciiText(text)).toBe(ascii);
  });
});
