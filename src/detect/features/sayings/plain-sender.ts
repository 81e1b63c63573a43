import type { PlainTable } from './plain-words.ts';

export const AUTHENTICATION: PlainTable = {
  authentication_spf_pass: [
    'The host that sent it may send for its return path (SPF)',
    'The host that sent it may not, or not surely, send for its return path (SPF)',
  ],
  authentication_dkim_pass: [
    'It carries a signature that holds (DKIM)',
    'It carries no signature that holds (DKIM)',
  ],
  authentication_dkim_broken: ['Its signatures are broken (DKIM)', 'It carries no broken signatures (DKIM)'],
  authentication_dmarc_pass: [
    'It comes from the domain it says it is from (DMARC)',
    'Nothing proves that it comes from the domain it says it is from (DMARC)',
  ],
  authentication_dmarc_fail: ['DMARC failed', 'DMARC did not fail'],
  authentication_dmarc_fail_enforced: ['DMARC failed where that counts', 'DMARC does not ask to stop it'],
};

export const SENDER: PlainTable = {
  sender_from_count_odd: ['From names nobody, or several senders', 'From names one sender'],
  sender_name_other_address: ['The name shows another address', 'The name shows no other address'],
  sender_name_claims_brand: ['The name claims to be a brand', 'The name claims to be no brand'],
  sender_name_claims_us: ['The name claims to be of us', 'The name does not claim to be of us'],
  sender_name_of_person: [
    'It bears the name of a protected person',
    'It bears the name of no protected person',
  ],
  sender_subject_names_brand: [
    'The subject names a brand',
    'The subject names no brand that the sender is not',
  ],
  sender_freemail: ['It comes from a free mail account', 'It comes from no free mail account'],
  sender_disposable: ['It comes from a throw-away mailbox', 'It comes from no throw-away mailbox'],
  sender_brand_vouched: [
    'It really comes from a well-known brand',
    'It is not proved to come from a well-known brand',
  ],
  sender_popular_authenticated: [
    'It really comes from a well-known organisation',
    'It is not proved to come from a well-known organisation',
  ],
  sender_brand_forged: ['It pretends to be from a brand', 'It forges the address of no brand'],
  sender_own_domain_forged: ['It pretends to be from us', 'It does not forge an address of ours'],
  sender_reply_to_differs: ['Replies go elsewhere', 'Replies go back to the sender'],
  sender_reply_to_freemail: [
    'Replies go to a free mail account',
    'Replies are not led to a free mail account',
  ],
  sender_helo_matches_from: [
    'The host that sent it belongs to the sender',
    'The host that sent it gives a name that is not of the sender',
  ],
  sender_helo_not_a_name: [
    'The host that sent it gave no proper name',
    'The host that sent it gave a proper name',
  ],
  sender_lookalike: ['The sender only looks like somebody else', 'The sender looks like nobody else'],
  sender_reply_to_lookalike: ['Replies go to a lookalike', 'Replies go to no lookalike'],
  sender_suspicious_tld: [
    'The sender is under a top-level domain that is mostly abused',
    'The sender is under an ordinary top-level domain',
  ],
  sender_from_is_recipient: ['It says it is from the reader', 'It does not say it is from the reader'],
  sender_local_part_digits: [
    'There are digits in the address of the sender',
    'There are no digits in the address of the sender',
  ],
  sender_lookalike_in_thread: [
    'The sender only looks like somebody the reader knows',
    'The sender looks like nobody in the conversation',
  ],
  sender_name_claims_recipient: [
    "The name claims the reader's own organisation",
    "The name does not claim the reader's own organisation",
  ],
  sender_role_from_outside: ['The name is an office, from outside', 'The name claims no office from outside'],
  sender_role_unvouched: [
    'The name is an office, and nobody vouches for it',
    'The name claims no office without proof',
  ],
  sender_recipient_organization_vouched: [
    "It comes from the reader's own organisation",
    "It comes from outside the reader's organisation",
  ],
  sender_recipient_organization_forged: [
    "It pretends to be from the reader's own organisation",
    "It does not forge an address of the reader's organisation",
  ],
  sender_name_fits_address: ['The name fits the address', 'The name has nothing in common with the address'],
  sender_random_domain: ['The domain looks made up by a machine', 'The domain is a name that people can say'],
  sender_random_local_part: [
    'The address looks made up by a machine',
    'The address does not look made up by a machine',
  ],
  sender_service_word_domain: [
    'The domain is named like a department',
    'The domain is not named like a department',
  ],
  sender_hosted: ['It comes from a name that anybody gets at once', 'It comes from no free hosting'],
  sender_reply_to_same_person: [
    'Replies go to a like name elsewhere',
    'Replies are not led to a like name elsewhere',
  ],
  sender_office_local_part: [
    'The address joins a name and an office',
    'The address does not join a name and an office',
  ],
};
