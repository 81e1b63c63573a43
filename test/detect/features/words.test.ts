import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAYINGS } from '../../../src/detect/features/sayings.ts';
import { FEATURES } from '../../../src/detect/features/schema.ts';
import { featureWords } from '../../../src/detect/features/words.ts';
import type { Evidence, FactsBySource, SourceName } from '../../../src/evidence/evidence.ts';
import { evidence } from '../evidence.ts';

type Changes = { readonly [S in SourceName]?: Partial<FactsBySource[S]> };

const SAID: readonly (readonly [string, Changes, string])[] = [
  ['authentication_aligned', {}, '"alder.example" vouches that the address it says it is from is real'],
  [
    'authentication_aligned',
    { authentication: { authenticatedDomain: '' } },
    'Nobody vouches for the address it says it is from',
  ],
  [
    'authentication_aligned',
    { authentication: { source: 'unknown' } },
    'Nobody could check who really sent it',
  ],
  ['authentication_spf_pass', {}, 'The host that sent it may send for its return path (SPF)'],
  [
    'sender_lookalike',
    { sender: { fromDomain: 'a1der.example', lookalikeOf: 'alder.example' } },
    'It comes from "a1der.example", which only looks like "alder.example"',
  ],
  ['sender_lookalike', {}, 'The sender looks like nobody else'],
  [
    'sender_lookalike_in_thread',
    { sender: { fromDomain: 'a1der.example', lookalikeInThread: 'alder.example' } },
    'It comes from "a1der.example", which only looks like "alder.example" that the reader knows',
  ],
  [
    'sender_name_claims_brand',
    { sender: { fromName: 'DHL Team', nameClaimsBrand: 'DHL', fromDomain: 'evil.example' } },
    'Says it is "DHL" ("DHL Team"), but comes from "evil.example", an address never seen before',
  ],
  [
    'sender_name_of_person',
    {
      sender: {
        nameOfPerson: 'Anna Berg',
        roleOfPerson: 'CFO',
        freemail: true,
        fromDomain: 'freemail.example',
      },
    },
    'Says it is from "Anna Berg", your CFO, but comes from a free mail account at "freemail.example", an address never seen before',
  ],
  [
    'sender_name_of_person',
    { sender: { nameOfPerson: 'Anna Berg', fromDomain: 'evil.example' }, reputation: { remembers: false } },
    'Says it is from "Anna Berg", but comes from "evil.example"',
  ],
  ['sender_name_of_person', {}, 'It bears the name of no protected person'],
  ['sender_name_fits_address', {}, 'The name "Ines Alder" fits the address "ines@alder.example"'],
  [
    'sender_name_fits_address',
    { sender: { nameFitsAddress: false } },
    'The name "Ines Alder" has nothing in common with the address "ines@alder.example"',
  ],
  [
    'sender_name_fits_address',
    { sender: { nameFitsAddress: null } },
    'Not known: a word of the display name is in the address',
  ],
  [
    'sender_reply_to_differs',
    { sender: { replyToDiffers: true, replyToDomain: 'evil.example' } },
    'Replies go to "evil.example" and not to "alder.example"',
  ],
  [
    'sender_role_from_outside',
    { sender: { nameRole: 'payroll' } },
    'Calls itself "Ines Alder", but comes from outside, from "alder.example", an address never seen before',
  ],
  [
    'sender_role_from_outside',
    { sender: { nameRole: 'payroll', fromRecipientOrganization: true } },
    'The name claims no office from outside',
  ],
  [
    'links_text_mismatch',
    { links: { textTargetMismatch: 2, mismatchExample: 'paypal.com > evil.example' } },
    'A link says "paypal.com" but goes to "evil.example"',
  ],
  [
    'links_shorteners',
    { links: { shorteners: 1, oddHost: 'bit.ly' } },
    'A link hides its target behind a shortener: "bit.ly"',
  ],
  [
    'links_shorteners',
    { links: { count: 4, shorteners: 3 } },
    '3 links hide their targets behind shorteners',
  ],
  ['links_shorteners', {}, 'It has no links'],
  ['links_shorteners', { links: { count: 1, shorteners: 0 } }, 'No link hides behind a shortener'],
  ['links_downloads', { links: { count: 2, downloads: 1 } }, 'A link fetches a program or archive at once'],
  ['links_downloads', { links: { count: 2, downloads: 2 } }, '2 links fetch a program or archive at once'],
  ['links_of_sender', { links: { count: 2, shareOfSender: 1 } }, "All links lead to the sender's own site"],
  [
    'links_of_sender',
    { links: { count: 2, shareOfSender: 0.5 } },
    "About half of the links lead to the sender's own site",
  ],
  [
    'links_of_sender',
    { links: { count: 2, shareOfSender: 0, domains: ['evil.example'] } },
    'No link leads to the sender\'s own site; the first goes to "evil.example"',
  ],
  ['links_of_sender', {}, 'It has no links'],
  ['headers_undisclosed', { headers: { undisclosedRecipients: true } }, 'Addressed to nobody in particular'],
  ['headers_message_id_matches', {}, "Its Message-ID was made by the sender's own system"],
  [
    'headers_message_id_matches',
    { headers: { messageIdPresent: false, messageIdMatchesFrom: false } },
    'It has no Message-ID',
  ],
  ['headers_undisclosed', {}, 'It says whom it is for'],
  ['headers_date_behind', { headers: { dateSkewHours: 30.4 } }, 'It is dated 30 hours before it came'],
  ['headers_date_behind', {}, 'It is dated as it came'],
  ['headers_date_ahead', { headers: { dateSkewHours: -72 } }, 'It is dated 3 days in the future'],
  [
    'headers_date_ahead',
    { headers: { dateSkewHours: null } },
    'Not known: whole hours by which Date is after the reception',
  ],
  [
    'attachments_executables',
    { attachments: { executables: 1, executableExample: 'a.exe' } },
    'It carries a program: "a.exe"',
  ],
  ['attachments_count', { attachments: { count: 3 } }, 'It carries 3 files'],
  [
    'language_gift_card',
    { language: { examples: { giftCard: ['gift card', 'steam card'] } } },
    'It speaks of gift cards: "gift card", "steam card"',
  ],
  ['language_gift_card', {}, 'It says nothing of gift cards'],
  [
    'language_asks_to_call',
    { language: { asksToCall: true } },
    'It names a charge and gives a number to call',
  ],
  ['html_text_agreement', { html: { textAgreement: null } }, 'It has only one version of its text'],
  ['reputation_authenticated_bad', {}, 'There is no memory of this authenticated sender'],
  ['reputation_helo_bad', { reputation: { remembers: false } }, 'There is no memory of earlier mail'],
  ['relationship_solicited', {}, 'Not everybody it is addressed to wrote to this sender before'],
  ['relationship_written', { reputation: { writtenMessages: 3 } }, 'We wrote to this sender 3 times'],
  [
    'relationship_name_known_elsewhere',
    { reputation: { nameKnownElsewhere: true } },
    '"Ines Alder" is known here from another address than "ines@alder.example"',
  ],
  [
    'relationship_domain_resembles',
    { reputation: { domainResemblesKnown: true }, sender: { fromDomain: 'a1der.example' } },
    '"a1der.example" only looks like the domain of somebody who writes here',
  ],
  [
    'relationship_new_account',
    { reputation: { newAccount: true } },
    'It gives bank details that "alder.example" did not give before',
  ],
  [
    'relationship_new_reply_to',
    { reputation: { newReplyTo: true }, sender: { replyToDomain: 'evil.example' } },
    'Answers to "ines@alder.example" would go to "evil.example", for the first time',
  ],
  [
    'reputation_domain_bad',
    { reputation: { domain: { messages: 4, badShare: 1, ageDays: 3, known: true } } },
    'All messages from this domain so far were bad',
  ],
];

/** `meaning: value` is for features that nobody has found words for. */
const BARE = /: (?:yes|no|-?\d+(?:\.\d+)?(?: %| hours| days)?)$/;

describe('the words of a feature', () => {
  it.each(SAID)('%s with %j', (name, changes, words) => {
    expect(featureWords(name, evidence(changes))).toBe(words);
  });

  it('are a sentence, whether it is there or not', () => {
    const said = [evidence(), saying('Anna')].flatMap((one) =>
      FEATURES.map(({ name }) => featureWords(name, one)),
    );
    expect(said.filter((words) => BARE.test(words) || words.includes('#'))).toEqual([]);
  });

  it('are the name where the feature is not known', () => {
    expect(featureWords('toString', evidence())).toBe('toString');
  });

  it('are only for features that there are', () => {
    const names = new Set(FEATURES.map(({ name }) => name));
    expect(Object.keys(SAYINGS).filter((name) => !names.has(name))).toEqual([]);
  });

  it('quote and bound what the sender wrote, on one line', { timeout: 60_000 }, () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\r\nX-Evil: 1', '\u202eevil', 'x'.repeat(5000), '"'),
    );
    fc.assert(
      fc.property(hostile, fc.constantFrom(...FEATURES), (text, feature) => {
        const said = featureWords(feature.name, saying(text));
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
