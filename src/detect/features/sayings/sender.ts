import type { Evidence } from '../../../evidence/evidence.ts';
import { factsOf } from '../../../evidence/evidence.ts';
import type { SenderFacts } from '../../../evidence/sender.ts';
import { quote } from '../../rules/quote.ts';
import { about, type Sayings, when } from './saying.ts';

/** Where it comes from, with what makes that doubtful: "a free mailbox at …, first seen today". */
function origin(facts: SenderFacts, evidence: Evidence): string {
  const domain = quote(facts.fromDomain);
  const mailbox = facts.disposable
    ? `a throw-away mailbox at ${domain}`
    : facts.freemail
      ? `a free mail account at ${domain}`
      : domain;
  const reputation = factsOf(evidence.reputation);
  const isNew = reputation?.remembers === true && !reputation.address.known;
  return isNew ? `${mailbox}, an address never seen before` : mailbox;
}

/** ", your CFO", as the list of protected people has it. */
const role = ({ roleOfPerson }: SenderFacts) =>
  roleOfPerson === '' ? '' : `, your ${quote(roleOfPerson).slice(1, -1)}`;

const nobodyVouches = (evidence: Evidence) =>
  factsOf(evidence.authentication)?.authenticatedDomain === '' ? ', and nobody vouches for that' : '';

export const SENDER: Sayings = {
  sender_lookalike: about('sender', (facts) =>
    when(
      facts.lookalikeOf !== '',
      () => `It comes from ${quote(facts.fromDomain)}, which only looks like ${quote(facts.lookalikeOf)}`,
    ),
  ),
  sender_lookalike_in_thread: about('sender', (facts) =>
    when(
      facts.lookalikeInThread !== '',
      () =>
        `It comes from ${quote(facts.fromDomain)}, which only looks like ${quote(facts.lookalikeInThread)} that the reader knows`,
    ),
  ),
  sender_reply_to_lookalike: about('sender', (facts) =>
    when(
      facts.replyToLookalikeOf !== '',
      () =>
        `Replies go to ${quote(facts.replyToDomain)}, which only looks like ${quote(facts.replyToLookalikeOf)}`,
    ),
  ),
  sender_name_claims_brand: about('sender', (facts, evidence) =>
    when(
      facts.nameClaimsBrand !== '',
      () =>
        `Says it is ${quote(facts.nameClaimsBrand)} (${quote(facts.fromName)}), but comes from ${origin(facts, evidence)}`,
    ),
  ),
  sender_name_claims_us: about('sender', (facts, evidence) =>
    when(
      facts.nameClaimsUs,
      () =>
        `Says it is from our own organisation (${quote(facts.fromName)}), but comes from ${origin(facts, evidence)}`,
    ),
  ),
  sender_name_claims_recipient: about('sender', (facts, evidence) =>
    when(
      facts.nameClaimsRecipient,
      () =>
        `The name ${quote(facts.fromName)} claims the reader's own organisation, but it comes from ${origin(facts, evidence)}`,
    ),
  ),
  sender_name_of_person: about('sender', (facts, evidence) =>
    when(
      facts.nameOfPerson !== '',
      () =>
        `Says it is from ${quote(facts.nameOfPerson)}${role(facts)}, but comes from ${origin(facts, evidence)}`,
    ),
  ),
  sender_name_other_address: about('sender', (facts) =>
    when(
      facts.nameHoldsOtherAddress,
      () =>
        `The name shows another address than the real one: ${quote(facts.fromName)} for ${quote(facts.fromAddress)}`,
    ),
  ),
  sender_name_fits_address: about('sender', (facts) => {
    if (facts.nameFitsAddress === null) return null;
    const fits = facts.nameFitsAddress ? 'fits' : 'has nothing in common with';
    return `The name ${quote(facts.fromName)} ${fits} the address ${quote(facts.fromAddress)}`;
  }),
  sender_role_from_outside: about('sender', (facts, evidence) =>
    when(
      facts.nameRole !== '',
      () => `Calls itself ${quote(facts.fromName)}, but comes from outside, from ${origin(facts, evidence)}`,
    ),
  ),
  sender_role_unvouched: about('sender', (facts, evidence) =>
    when(facts.nameRole !== '', () => `Calls itself ${quote(facts.fromName)}${nobodyVouches(evidence)}`),
  ),
  sender_office_local_part: about('sender', (facts) =>
    when(
      facts.officeLocalPart,
      () => `${quote(facts.fromAddress)} joins a name and an office, as made-up addresses do`,
    ),
  ),
  sender_subject_names_brand: about('sender', (facts) =>
    when(
      facts.subjectNamesBrand !== '',
      () =>
        `The subject names ${quote(facts.subjectNamesBrand)}, but it comes from ${quote(facts.fromDomain)}`,
    ),
  ),
  sender_reply_to_differs: about('sender', (facts) =>
    when(
      facts.replyToDiffers,
      () => `Replies go to ${quote(facts.replyToDomain)} and not to ${quote(facts.fromDomain)}`,
    ),
  ),
  sender_reply_to_same_person: about('sender', (facts) =>
    when(
      facts.replyToSamePerson,
      () => `Replies go to a like name elsewhere, at ${quote(facts.replyToDomain)}`,
    ),
  ),
  sender_reply_to_freemail: about('sender', (facts) =>
    when(
      facts.replyToFreemail && facts.replyToDiffers,
      () => `Replies go to a free mail account at ${quote(facts.replyToDomain)}`,
    ),
  ),
  sender_freemail: about('sender', (facts) =>
    when(facts.freemail, () => `It comes from a free mail account at ${quote(facts.fromDomain)}`),
  ),
  sender_disposable: about('sender', (facts) =>
    when(facts.disposable, () => `It comes from a throw-away mailbox at ${quote(facts.fromDomain)}`),
  ),
  sender_hosted: about('sender', (facts) =>
    when(
      facts.fromHosted,
      () => `It comes from ${quote(facts.fromDomain)}, a name that anybody gets at once and for nothing`,
    ),
  ),
  sender_service_word_domain: about('sender', (facts) =>
    when(
      facts.serviceWordDomain,
      () => `The domain ${quote(facts.fromDomain)} is named like a department, as bought names are`,
    ),
  ),
  sender_random_domain: about('sender', (facts) =>
    when(
      facts.randomDomain > 0,
      () => `The domain ${quote(facts.fromDomain)} looks as if a machine had made it up`,
    ),
  ),
  sender_random_local_part: about('sender', (facts) =>
    when(
      facts.randomLocalPart > 0,
      () => `The address ${quote(facts.fromAddress)} looks as if a machine had made it up`,
    ),
  ),
  sender_brand_forged: about('sender', (facts, evidence) =>
    when(
      facts.fromBrand !== '' && !facts.freemail,
      () => `Says it is from ${quote(facts.fromBrand)}${nobodyVouches(evidence)}`,
    ),
  ),
  sender_brand_vouched: about('sender', (facts) =>
    when(facts.fromBrand !== '' && !facts.freemail, () => `It really comes from ${quote(facts.fromBrand)}`),
  ),
  sender_own_domain_forged: about('sender', (facts, evidence) =>
    when(
      facts.fromOwnDomain,
      () => `Says it is from our own domain ${quote(facts.fromDomain)}${nobodyVouches(evidence)}`,
    ),
  ),
  sender_recipient_organization_forged: about('sender', (facts, evidence) =>
    when(
      facts.fromRecipientOrganization === true,
      () => `Says it is from the reader's own domain ${quote(facts.fromDomain)}${nobodyVouches(evidence)}`,
    ),
  ),
  sender_recipient_organization_vouched: about('sender', (facts) =>
    when(
      facts.fromRecipientOrganization === true,
      () => `It comes from the reader's own organisation, ${quote(facts.fromDomain)}`,
    ),
  ),
  sender_suspicious_tld: about('sender', (facts) =>
    when(
      facts.suspiciousTld,
      () => `${quote(facts.fromDomain)} is under a top-level domain that is mostly abused`,
    ),
  ),
};
