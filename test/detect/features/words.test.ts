import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAYINGS } from '../../../src/detect/features/sayings.ts';
import { FEATURES } from '../../../src/detect/features/schema.ts';
import { featureWords } from '../../../src/detect/features/words.ts';
import type { Evidence, FactsBySource, SourceName } from '../../../src/evidence/evidence.ts';
import { evidence } from '../evidence.ts';

type Changes = { readonly [S in SourceName]?: Partial<FactsBySource[S]> };

const SAID: readonly (readonly [string, Changes, string])[] = [
  ['authentication_aligned', {}, '"alder.example" vouches for the address in From'],
  [
    'authentication_aligned',
    { authentication: { authenticatedDomain: '' } },
    'Nobody vouches for the address in From',
  ],
  [
    'sender_lookalike',
    { sender: { fromDomain: 'a1der.example', lookalikeOf: 'alder.example' } },
    '"a1der.example" looks like "alder.example" and is not',
  ],
  [
    'sender_name_claims_brand',
    { sender: { fromName: 'DHL Team', nameClaimsBrand: 'DHL', fromDomain: 'evil.example' } },
    'The name "DHL Team" claims "DHL", the address is at "evil.example"',
  ],
  [
    'sender_name_of_person',
    { sender: { nameOfPerson: 'Ada Linden', fromAddress: 'ada@evil.example' } },
    'It bears the name of "Ada Linden" and comes from "ada@evil.example"',
  ],
  [
    'sender_reply_to_differs',
    { sender: { replyToDiffers: true, replyToDomain: 'evil.example' } },
    'Replies go to "evil.example" and not to "alder.example"',
  ],
  [
    'links_text_mismatch',
    { links: { textTargetMismatch: 2, mismatchExample: 'paypal.com > evil.example' } },
    'Link text names "paypal.com" but goes to "evil.example"',
  ],
  [
    'links_shorteners',
    { links: { shorteners: 1, oddHost: 'bit.ly' } },
    'A link hides its target behind a shortener, "bit.ly"',
  ],
  ['links_shorteners', { links: { shorteners: 0 } }, 'Links to shorteners: 0 (speaks for it)'],
  ['links_of_related', { links: { shareOfRelated: 0.5 } }, '50 % of the links go to the sender'],
  [
    'attachments_executables',
    { attachments: { executables: 1, executableExample: 'a.exe' } },
    'It carries a program: "a.exe"',
  ],
  [
    'language_gift_card',
    { language: { examples: { giftCard: ['gift card', 'steam card'] } } },
    'It speaks of gift cards: "gift card", "steam card"',
  ],
  ['language_gift_card', {}, 'Distinct phrases about gift cards: 0'],
  [
    'headers_date_behind',
    { headers: { dateSkewHours: 30.4 } },
    'Hours by which Date is before the reception: 30 hours',
  ],
  ['html_text_agreement', { html: { textAgreement: null } }, 'Words that plain text and HTML share: unknown'],
  ['attachments_count', { attachments: { count: 3 } }, 'Attached files: 3'],
];

describe('the words of a feature', () => {
  it.each(SAID)('%s with %j', (name, changes, words) => {
    expect(featureWords(name, evidence(changes), !words.includes('speaks for'))).toBe(words);
  });

  it('say which way what is not there speaks', () => {
    expect(featureWords('sender_disposable', evidence(), false)).toBe(
      'From is a mailbox that vanishes: no (speaks for it)',
    );
    expect(featureWords('authentication_spf_pass', evidence({ authentication: { spf: 'none' } }), true)).toBe(
      'SPF passed: no (speaks against it)',
    );
  });

  it('are the name where the feature is not known', () => {
    expect(featureWords('toString', evidence(), true)).toBe('toString');
  });

  it('are only for features that there are', () => {
    const names = new Set(FEATURES.map(({ name }) => name));
    expect(Object.keys(SAYINGS).filter((name) => !names.has(name))).toEqual([]);
  });

  it('quote and bound what the sender wrote, on one line', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\r\nX-Evil: 1', '\u202eevil', 'x'.repeat(5000), '"'),
    );
    fc.assert(
      fc.property(hostile, fc.constantFrom(...FEATURES), (text, feature) => {
        const said = featureWords(feature.name, saying(text), true);
        expect(said).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
        expect(said.length).toBeLessThan(700);
      }),
    );
  });
});

/** Evidence in which everything that a sender can write is this text, and everything is found. */
function saying(text: string): Evidence {
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return text;
    if (typeof value === 'boolean') return true;
    if (Array.isArray(value)) return [text];
    return value === 0 ? 2 : value;
  };
  const plain = evidence({ language: { examples: { money: [text], urgency: [text] } } });
  const outcomes = Object.entries(plain).map(([source, outcome]) => {
    if (outcome.status !== 'ok') return [source, outcome];
    const facts = Object.entries(outcome.facts).map(([name, value]) => [name, filled(value)]);
    return [source, { status: 'ok', facts: Object.fromEntries(facts) }];
  });
  return Object.fromEntries(outcomes) as Evidence;
}
