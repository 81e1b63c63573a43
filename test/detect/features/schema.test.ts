import { describe, expect, it } from 'vitest';
import { FEATURES, measure, SCHEMA_HASH, schemaHash } from '../../../src/detect/features/schema.ts';
import type { Evidence, FactsBySource, SourceName } from '../../../src/evidence/evidence.ts';
import { evidence } from '../evidence.ts';

type Changes = { readonly [S in SourceName]?: Partial<FactsBySource[S]> };

function measured(name: string, of: Evidence): number {
  const at = FEATURES.findIndex((feature) => feature.name === name);
  if (at < 0) throw new Error(`no feature ${name}`);
  return measure(of)[at] ?? Number.NaN;
}

const NOBODY: Changes['authentication'] = { authenticatedDomain: '', dmarc: 'none', source: 'live' };
const UNKNOWN: Changes['authentication'] = {
  authenticatedDomain: '',
  dmarc: null,
  spf: null,
  dkim: null,
  source: 'unknown',
};
const standing = (messages: number, badShare: number, ageDays: number) => ({
  messages,
  badShare,
  ageDays,
  known: true,
});

/** What a feature is for plain evidence with these changes. */
const CASES: readonly (readonly [string, Changes, number])[] = [
  ['authentication_spf_pass', {}, 1],
  ['authentication_spf_pass', { authentication: { spf: 'none' } }, 0],
  ['authentication_spf_pass', { authentication: UNKNOWN }, Number.NaN],
  ['authentication_spf_pass', { authentication: { spf: 'temperror' } }, Number.NaN],
  ['authentication_spf_fail', { authentication: { spf: 'fail' } }, 1],
  ['authentication_spf_fail', { authentication: { spf: 'softfail' } }, 0.5],
  ['authentication_spf_fail', { authentication: { spf: 'neutral' } }, 0],
  ['authentication_spf_fail', { authentication: { spf: 'temperror' } }, Number.NaN],
  ['authentication_dkim_pass', { authentication: { dkim: 'none' } }, 0],
  ['authentication_dkim_broken', { authentication: { dkim: 'fail' } }, 1],
  ['authentication_dkim_broken', { authentication: { dkim: 'none' } }, 0],
  ['authentication_dmarc_pass', { authentication: { dmarc: 'fail' } }, 0],
  ['authentication_dmarc_fail', { authentication: { dmarc: 'fail' } }, 1],
  ['authentication_dmarc_fail', { authentication: { dmarc: 'temperror' } }, Number.NaN],
  ['authentication_dmarc_fail_enforced', { authentication: { dmarc: 'fail', dmarcPolicy: 'reject' } }, 1],
  ['authentication_dmarc_fail_enforced', { authentication: { dmarc: 'fail', dmarcPolicy: 'none' } }, 0],
  [
    'authentication_dmarc_fail_enforced',
    { authentication: { dmarc: 'fail', dmarcPolicy: null } },
    Number.NaN,
  ],
  ['authentication_dmarc_fail_enforced', { authentication: { dmarc: 'pass', dmarcPolicy: null } }, 0],
  ['authentication_aligned', {}, 1],
  ['authentication_aligned', { authentication: NOBODY }, 0],
  ['authentication_aligned', { authentication: UNKNOWN }, Number.NaN],
  ['sender_from_count_odd', { sender: { fromCount: 1 } }, 0],
  ['sender_from_count_odd', { sender: { fromCount: 2 } }, 1],
  ['sender_name_claims_brand', { sender: { nameClaimsBrand: 'DHL' } }, 1],
  ['sender_popular_authenticated', { sender: { popularRank: 1_000 } }, 1],
  ['sender_popular_authenticated', { sender: { popularRank: 1_000 }, authentication: NOBODY }, 0],
  ['sender_popular_authenticated', { sender: { popularRank: 1_000 }, authentication: UNKNOWN }, Number.NaN],
  ['sender_popular_authenticated', { authentication: UNKNOWN }, 0],
  ['links_popular_share', { links: { popularShare: 0.25 } }, 0.25],
  ['links_popular_share', {}, Number.NaN],
  ['sender_brand_vouched', { sender: { fromBrand: 'DHL' } }, 1],
  ['sender_brand_vouched', { sender: { fromBrand: 'DHL' }, authentication: NOBODY }, 0],
  ['sender_brand_vouched', { sender: { fromBrand: 'Google', freemail: true } }, 0],
  ['sender_brand_forged', { sender: { fromBrand: 'DHL' }, authentication: NOBODY }, 1],
  ['sender_brand_forged', { sender: { fromBrand: 'DHL' } }, 0],
  ['sender_brand_forged', { sender: { fromBrand: 'DHL' }, authentication: UNKNOWN }, Number.NaN],
  ['sender_brand_forged', { sender: { fromBrand: '' }, authentication: UNKNOWN }, 0],
  ['sender_own_domain_forged', { sender: { fromOwnDomain: true }, authentication: NOBODY }, 1],
  ['sender_own_domain_forged', { sender: { fromOwnDomain: true } }, 0],
  ['sender_reply_to_freemail', { sender: { replyToFreemail: true, replyToDiffers: true } }, 1],
  ['sender_reply_to_freemail', { sender: { replyToFreemail: true, replyToDiffers: false } }, 0],
  ['sender_helo_not_a_name', { sender: { heloNotAName: null } }, Number.NaN],
  ['sender_from_is_recipient', { sender: { fromIsRecipient: null } }, Number.NaN],
  ['reputation_authenticated_bad', { reputation: { authenticatedDomain: standing(1, 0.5, 5) } }, 0.5],
  ['reputation_authenticated_bad', { reputation: { authenticatedDomain: null } }, 0],
  ['reputation_domain_bad', { reputation: { domain: standing(1, 0.5, 5) } }, 0.5],
  ['reputation_domain_bad', { reputation: { domain: standing(1, 0.5, 5), remembers: false } }, Number.NaN],
  ['reputation_network_bad', { reputation: { network: null } }, Number.NaN],
  ['reputation_authenticated_bad', { reputation: { remembers: false } }, Number.NaN],
  [
    'reputation_authenticated_address_bad',
    { reputation: { authenticatedAddress: standing(1, 0.5, 5) } },
    0.5,
  ],
  ['reputation_authenticated_address_bad', { reputation: { authenticatedAddress: null } }, 0],
  ['reputation_asn_bad', { reputation: { asn: standing(1, 0.5, 5) } }, 0.5],
  ['reputation_asn_bad', { reputation: { asn: null } }, Number.NaN],
  ['reputation_helo_bad', { reputation: { helo: standing(1, 0.25, 5) } }, 0.25],
  ['reputation_helo_bad', { reputation: { helo: null } }, Number.NaN],
  ['relationship_solicited', { reputation: { solicited: true } }, 1],
  ['relationship_solicited', {}, 0],
  ['relationship_solicited', { reputation: { solicited: true, remembers: false } }, Number.NaN],
  ['relationship_solicited_by_anyone', { reputation: { solicitedByAnyone: true } }, 1],
  ['relationship_solicited_by_anyone', {}, 0],
  [
    'relationship_solicited_by_anyone',
    { reputation: { solicitedByAnyone: true, remembers: false } },
    Number.NaN,
  ],
  ['relationship_solicited_domain', { reputation: { solicitedDomain: true } }, 1],
  ['relationship_solicited_domain', {}, 0],
  ['relationship_solicited_domain', { reputation: { solicitedDomain: true, remembers: false } }, Number.NaN],
  ['relationship_approved', { reputation: { approved: true } }, 1],
  ['relationship_approved', {}, 0],
  ['relationship_approved', { reputation: { approved: true, remembers: false } }, Number.NaN],
  ['relationship_unsolicited', { reputation: { unsolicited: true } }, 1],
  ['relationship_unsolicited', {}, 0],
  ['relationship_unsolicited', { reputation: { unsolicited: true, remembers: false } }, Number.NaN],
  ['relationship_name_known_elsewhere', { reputation: { nameKnownElsewhere: true } }, 1],
  ['relationship_name_known_elsewhere', {}, 0],
  [
    'relationship_name_known_elsewhere',
    { reputation: { nameKnownElsewhere: true, remembers: false } },
    Number.NaN,
  ],
  ['relationship_domain_resembles', { reputation: { domainResemblesKnown: true } }, 1],
  ['relationship_domain_resembles', {}, 0],
  [
    'relationship_domain_resembles',
    { reputation: { domainResemblesKnown: true, remembers: false } },
    Number.NaN,
  ],
  ['relationship_domain_other_ending', { reputation: { domainOtherEnding: true } }, 1],
  ['relationship_domain_other_ending', {}, 0],
  [
    'relationship_domain_other_ending',
    { reputation: { domainOtherEnding: true, remembers: false } },
    Number.NaN,
  ],
  ['relationship_new_account', { reputation: { newAccount: true } }, 1],
  ['relationship_new_account', {}, 0],
  ['relationship_new_account', { reputation: { newAccount: true, remembers: false } }, Number.NaN],
  ['relationship_new_network', { reputation: { newNetwork: true } }, 1],
  ['relationship_new_network', {}, 0],
  ['relationship_new_network', { reputation: { newNetwork: true, remembers: false } }, Number.NaN],
  ['relationship_new_country', { reputation: { newCountry: true } }, 1],
  ['relationship_new_country', {}, 0],
  ['relationship_new_country', { reputation: { newCountry: true, remembers: false } }, Number.NaN],
  ['relationship_new_mailer', { reputation: { newMailer: true } }, 1],
  ['relationship_new_mailer', {}, 0],
  ['relationship_new_mailer', { reputation: { newMailer: true, remembers: false } }, Number.NaN],
  ['relationship_new_reply_to', { reputation: { newReplyTo: true } }, 1],
  ['relationship_new_reply_to', {}, 0],
  ['relationship_new_reply_to', { reputation: { newReplyTo: true, remembers: false } }, Number.NaN],
  ['relationship_unusual_hour', { reputation: { unusualHour: true } }, 1],
  ['relationship_unusual_hour', {}, 0],
  ['relationship_unusual_hour', { reputation: { unusualHour: true, remembers: false } }, Number.NaN],
  ['relationship_written', { reputation: { writtenMessages: Math.E - 1 } }, 1],
  ['relationship_written', { reputation: { writtenMessages: 1, remembers: false } }, Number.NaN],
  ['relationship_sender_recipients', { reputation: { senderRecipients: Math.E - 1 } }, 1],
  ['relationship_sender_recipients', { reputation: { senderRecipients: 1, remembers: false } }, Number.NaN],
  ['relationship_link_recipients', { reputation: { linkRecipients: Math.E - 1 } }, 1],
  ['relationship_link_recipients', { reputation: { linkRecipients: 1, remembers: false } }, Number.NaN],
  ['relationship_file_recipients', { reputation: { fileRecipients: Math.E - 1 } }, 1],
  ['relationship_file_recipients', { reputation: { fileRecipients: 1, remembers: false } }, Number.NaN],
  [
    'headers_message_id_matches',
    { headers: { messageIdPresent: false, messageIdMatchesFrom: false } },
    Number.NaN,
  ],
  ['headers_message_id_missing', { headers: { messageIdPresent: false } }, 1],
  ['headers_date_behind', { headers: { dateSkewHours: 3.9 } }, 3],
  ['headers_date_behind', { headers: { dateSkewHours: -3 } }, 0],
  ['headers_date_behind', { headers: { dateSkewHours: 1e6 } }, 168],
  ['headers_date_behind', { headers: { dateSkewHours: null } }, Number.NaN],
  ['headers_date_ahead', { headers: { dateSkewHours: -3.9 } }, 3],
  ['links_shorteners', { links: { shorteners: Math.E - 1 } }, 1],
  ['links_shorteners', { links: { shorteners: 1e9 } }, 8],
  ['links_of_sender', { links: { shareOfSender: 0.25 } }, 0.25],
  ['links_of_sender', { links: { shareOfSender: null } }, Number.NaN],
  ['html_hidden_share', { html: { present: false } }, Number.NaN],
  ['html_hidden_share', { html: { present: true, hiddenChars: 301, hiddenShare: 0.5 } }, 0.5],
  ['html_hidden_share', { html: { present: true, hiddenChars: 300, hiddenShare: 0.5 } }, 0],
  ['html_active', { html: { scripts: Math.E - 1 } }, 1],
  ['html_active', { html: { iframes: 0, metaRefresh: 0 } }, 0],
  ['html_text_agreement', { html: { textAgreement: null } }, Number.NaN],
  ['attachments_containers', { attachments: { diskImages: Math.E - 1 } }, 1],
  ['language_words', { language: { words: 199 } }, Math.log1p(199)],
  ['language_words', { language: { words: 200 } }, Math.log1p(200)],
  ['language_words', { language: { words: 201 } }, Math.log1p(200)],
  ['language_generic_greeting', { language: { genericGreeting: true } }, 1],
  ['sender_lookalike_in_thread', { sender: { lookalikeInThread: 'alder.example' } }, 1],
  ['sender_lookalike_in_thread', {}, 0],
  ['sender_name_claims_recipient', { sender: { nameClaimsRecipient: true } }, 1],
  ['sender_role_from_outside', { sender: { nameRole: 'payroll' } }, 1],
  ['sender_role_from_outside', { sender: { nameRole: 'payroll', fromRecipientOrganization: true } }, 0],
  ['sender_role_from_outside', { sender: { nameRole: 'payroll', fromRecipientOrganization: null } }, 0],
  [
    'sender_role_from_outside',
    { sender: { nameRole: 'payroll', fromRecipientOrganization: null, freemail: true } },
    1,
  ],
  ['sender_role_unvouched', { sender: { nameRole: 'payroll' }, authentication: NOBODY }, 1],
  ['sender_role_unvouched', { sender: { nameRole: 'payroll' } }, 0],
  ['sender_role_unvouched', { sender: { nameRole: 'payroll' }, authentication: UNKNOWN }, Number.NaN],
  ['sender_recipient_organization_vouched', { sender: { fromRecipientOrganization: true } }, 1],
  ['sender_recipient_organization_vouched', { sender: { fromRecipientOrganization: null } }, 0],
  [
    'sender_recipient_organization_forged',
    { sender: { fromRecipientOrganization: true }, authentication: NOBODY },
    1,
  ],
  ['sender_recipient_organization_forged', { sender: { fromRecipientOrganization: true } }, 0],
  ['sender_name_fits_address', { sender: { nameFitsAddress: null } }, Number.NaN],
  ['sender_name_fits_address', {}, 1],
  ['sender_random_domain', { sender: { randomDomain: 0.7 } }, Math.fround(0.7)],
  ['sender_random_local_part', { sender: { randomLocalPart: 1 } }, 1],
  ['sender_service_word_domain', { sender: { serviceWordDomain: true } }, 1],
  ['sender_hosted', { sender: { fromHosted: true } }, 1],
  ['sender_reply_to_same_person', { sender: { replyToSamePerson: true } }, 1],
  ['sender_office_local_part', { sender: { officeLocalPart: true } }, 1],
  ['headers_helo_claims_recipient', { headers: { heloClaimsRecipient: true } }, 0],
  ['headers_helo_claims_recipient', { headers: { heloClaimsRecipient: true }, authentication: NOBODY }, 1],
  ['headers_helo_claims_recipient', { headers: { heloClaimsRecipient: null } }, Number.NaN],
  ['headers_received_backwards', { headers: { receivedBackwards: true } }, 1],
  ['headers_unsubscribe_of_sender', { headers: { unsubscribeOfSender: true } }, 1],
  ['headers_to_is_from', { headers: { toIsFrom: true } }, 1],
  ['headers_script_mailer', { headers: { scriptMailer: true } }, 1],
  ['headers_high_priority', { headers: { highPriority: true } }, 1],
  ['links_of_vouched', { links: { shareOfVouched: 0.5 } }, 0.5],
  ['links_of_vouched', { links: { shareOfVouched: 0 }, authentication: UNKNOWN }, Number.NaN],
  ['links_of_authenticated', { links: { shareOfAuthenticated: 0 }, authentication: UNKNOWN }, Number.NaN],
  ['links_main_foreign', { links: { mainForeign: true } }, 1],
  ['links_main_foreign', {}, Number.NaN],
  ['links_login_paths', { links: { loginPaths: Math.E - 1 } }, 1],
  ['links_inside_site', { links: { insideSite: Math.E - 1 } }, 1],
  ['links_downloads', { links: { downloads: Math.E - 1 } }, 1],
  ['links_random_hosts', { links: { randomHosts: Math.E - 1 } }, 1],
  ['links_service_word_hosts', { links: { serviceWordHosts: Math.E - 1 } }, 1],
  ['language_asks_to_log_in', { language: { asksToLogIn: true } }, 1],
  ['language_asks_to_call', { language: { asksToCall: true } }, 1],
  ['language_asks_for_answer', { language: { asksForAnswer: true } }, 1],
  ['language_asks_for_payment', { language: { asksForPayment: true } }, 1],
  ['language_asks_for_ransom', { language: { asksForRansom: true } }, 1],
  ['language_new_account', { language: { newAccount: true } }, 1],
  ['language_freemail_in_text', { language: { freemailInText: true } }, 1],
  ['ambiguity_over_budget', { ambiguity: { overBudget: ['parts'] } }, 1],
  ['ambiguity_over_budget', {}, 0],
];

describe('the feature schema', () => {
  it('has 80 to 220 features with distinct names that start with their groups', () => {
    const names = FEATURES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(80);
    expect(names.length).toBeLessThanOrEqual(220);
    expect(
      FEATURES.filter(({ name, group }) => !/^[a-z0-9_]+$/.test(name) || !name.startsWith(`${group}_`)),
    ).toEqual([]);
  });

  it('lets what vouches for a sender only lower the score, and what speaks against it only raise it', () => {
    const directionOf = (name: string) => FEATURES.find((feature) => feature.name === name)?.direction;
    for (const name of ['authentication_dmarc_pass', 'links_of_sender', 'relationship_solicited']) {
      expect([name, directionOf(name)]).toEqual([name, 'down']);
    }
    for (const name of [
      'sender_lookalike',
      'sender_brand_forged',
      'links_text_mismatch',
      'reputation_domain_bad',
    ]) {
      expect([name, directionOf(name)]).toEqual([name, 'up']);
    }
  });

  it('X4 lowers a score only for what we did ourselves', () => {
    const trusting = FEATURES.filter(
      ({ group, direction }) => ['reputation', 'relationship'].includes(group) && direction !== 'up',
    );
    expect(trusting.map(({ name, direction }) => `${name} ${direction}`)).toEqual([
      'relationship_solicited down',
      'relationship_solicited_by_anyone down',
      'relationship_solicited_domain down',
      'relationship_written down',
      'relationship_approved down',
    ]);
  });

  it.each(CASES)('%s with %j is %d', (name, changes, value) => {
    const found = measured(name, evidence(changes));
    if (Number.isNaN(value)) expect(found).toBeNaN();
    else expect(found).toBeCloseTo(value, 6);
  });

  it.each(FEATURES.map(({ name }) => name))('%s is not a number where its evidence failed', (name) => {
    const failed = { status: 'failed', reason: 'error', detail: '', outcome: 'open' } as const;
    const nothing = Object.fromEntries(
      Object.keys(evidence()).map((source) => [source, failed]),
    ) as unknown as Evidence;
    expect(measured(name, nothing)).toBeNaN();
  });

  it('measures every feature of plain evidence within its range', () => {
    const values = measure(evidence());
    expect(values).toHaveLength(FEATURES.length);
    FEATURES.forEach(({ range: [least, most] }, at) => {
      const value = values[at] ?? 0;
      expect(Number.isNaN(value) || (value >= least && value <= most)).toBe(true);
    });
  });
});

describe('the hash of the schema', () => {
  it('is 16 hexadecimal digits', () => {
    expect(SCHEMA_HASH).toMatch(/^[0-9a-f]{16}$/);
    expect(schemaHash(FEATURES)).toBe(SCHEMA_HASH);
  });

  const [first, second, ...rest] = FEATURES;
  if (first === undefined || second === undefined) throw new Error('no features');

  it.each([
    ['the order', [second, first, ...rest]],
    ['a name', [{ ...first, name: 'authentication_x' }, second, ...rest]],
    ['a unit', [{ ...first, unit: 'level' as const }, second, ...rest]],
    ['a range', [{ ...first, range: [0, 2] as const }, second, ...rest]],
    ['a default', [{ ...first, whenMissing: 0 }, second, ...rest]],
    ['a direction', [{ ...first, direction: 'free' as const }, second, ...rest]],
    ['the number of features', [first, ...rest]],
  ])('changes with %s', (_what, features) => {
    expect(schemaHash(features)).not.toBe(SCHEMA_HASH);
  });

  it('does not change with the words', () => {
    expect(schemaHash([{ ...first, meaning: 'Said otherwise' }, second, ...rest])).toBe(SCHEMA_HASH);
  });
});
