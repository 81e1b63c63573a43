import { type Evidence, factsOf } from '../../evidence/evidence.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, share } = featuresOf('sender');

/** Does anybody vouch for From? Null where authentication is unknown. */
function isVouchedFor(evidence: Evidence): boolean | null {
  const facts = factsOf(evidence.authentication);
  return facts === null || facts.source === 'unknown' ? null : facts.authenticatedDomain !== '';
}

/** A claim that nobody vouches for. Null only where the claim is made and authentication is unknown. */
function isForged(claimed: boolean, evidence: Evidence): boolean | null {
  if (!claimed) return false;
  const vouched = isVouchedFor(evidence);
  return vouched === null ? null : !vouched;
}

export const SENDER: readonly Feature[] = [
  flag('from_count_odd', 'up', 'From holds no address, or more than one', (facts) => facts.fromCount !== 1),
  flag(
    'name_other_address',
    'up',
    'The display name shows another address',
    (facts) => facts.nameHoldsOtherAddress,
  ),
  flag(
    'name_claims_brand',
    'up',
    'The display name claims a brand or domain that the address is not of',
    (facts) => facts.nameClaimsBrand !== '',
  ),
  flag(
    'name_claims_us',
    'up',
    'The display name claims one of our domains from outside',
    (facts) => facts.nameClaimsUs,
  ),
  flag(
    'name_of_person',
    'up',
    'The display name is that of a protected person, the address is not',
    (facts) => facts.nameOfPerson !== '',
  ),
  flag(
    'subject_names_brand',
    'free',
    'The subject names a brand that the address is not of',
    (facts) => facts.subjectNamesBrand !== '',
  ),
  flag('freemail', 'free', 'From is a mailbox that anybody gets', (facts) => facts.freemail),
  flag('disposable', 'up', 'From is a mailbox that vanishes', (facts) => facts.disposable),
  flag('brand_vouched', 'down', 'From is of a listed brand, and authenticated', (facts, evidence) =>
    facts.fromBrand !== '' && !facts.freemail ? isVouchedFor(evidence) : false,
  ),
  flag(
    'popular_authenticated',
    'down',
    'From is of a well-known organisation, and authenticated',
    (facts, evidence) => (facts.popularRank === null ? false : isVouchedFor(evidence)),
  ),
  flag('brand_forged', 'up', 'From is of a listed brand, and not authenticated', (facts, evidence) =>
    isForged(facts.fromBrand !== '' && !facts.freemail, evidence),
  ),
  flag('own_domain_forged', 'up', 'From is in one of our domains, and not authenticated', (facts, evidence) =>
    isForged(facts.fromOwnDomain, evidence),
  ),
  flag('reply_to_differs', 'up', 'Reply-To goes to another organisation', (facts) => facts.replyToDiffers),
  flag(
    'reply_to_freemail',
    'up',
    'Reply-To goes to a free mailbox of another provider than From',
    (facts) => facts.replyToFreemail && facts.replyToDiffers,
  ),
  flag(
    'helo_matches_from',
    'down',
    'The sending host says it is of the organisation of From',
    (facts) => facts.heloMatchesFrom,
  ),
  flag('helo_not_a_name', 'up', 'The sending host gave no full name', (facts) => facts.heloNotAName),
  flag(
    'lookalike',
    'up',
    'The domain of From looks like that of a brand, a partner or ours',
    (facts) => facts.lookalikeOf !== '',
  ),
  flag(
    'reply_to_lookalike',
    'up',
    'The domain of Reply-To looks like that of a brand, a partner or ours',
    (facts) => facts.replyToLookalikeOf !== '',
  ),
  flag(
    'suspicious_tld',
    'up',
    'From is under a top-level domain that is mostly abused',
    (facts) => facts.suspiciousTld,
  ),
  flag('from_is_recipient', 'up', 'From is the recipient', (facts) => facts.fromIsRecipient),
  share(
    'local_part_digits',
    'free',
    'Digits in the part of the address before the @',
    (facts) => facts.localPartDigits,
  ),
  flag(
    'lookalike_in_thread',
    'up',
    "The domain of From or Reply-To looks like the recipient's or one in the text",
    (facts) => facts.lookalikeInThread !== '',
  ),
  flag(
    'name_claims_recipient',
    'up',
    "The display name claims the recipient's organisation from outside",
    (facts) => facts.nameClaimsRecipient,
  ),
  flag(
    'role_from_outside',
    'up',
    "The display name is an office, and From is not the recipient's organisation",
    (facts) => facts.nameRole !== '' && (facts.fromRecipientOrganization === false || facts.freemail),
  ),
  flag(
    'role_unvouched',
    'up',
    'The display name is an office, and nobody vouches for From',
    (facts, evidence) => isForged(facts.nameRole !== '', evidence),
  ),
  flag(
    'recipient_organization_vouched',
    'down',
    "From is of the recipient's organisation, and authenticated",
    (facts, evidence) =>
      facts.fromRecipientOrganization === true && !facts.freemail ? isVouchedFor(evidence) : false,
  ),
  flag(
    'recipient_organization_forged',
    'up',
    "From is of the recipient's organisation, and not authenticated",
    (facts, evidence) => isForged(facts.fromRecipientOrganization === true && !facts.freemail, evidence),
  ),
  flag(
    'name_fits_address',
    'down',
    'A word of the display name is in the address',
    (facts) => facts.nameFitsAddress,
  ),
  share(
    'random_domain',
    'up',
    'How much the domain of From looks made by a machine',
    (facts) => facts.randomDomain,
  ),
  share(
    'random_local_part',
    'up',
    'How much the part before the @ looks made by a machine',
    (facts) => facts.randomLocalPart,
  ),
  flag(
    'service_word_domain',
    'up',
    'The domain of From is a department with hyphens',
    (facts) => facts.serviceWordDomain,
  ),
  flag('hosted', 'up', 'From is on a host where anybody gets a name at once', (facts) => facts.fromHosted),
  flag(
    'reply_to_same_person',
    'up',
    'Replies go to the same name at another organisation',
    (facts) => facts.replyToSamePerson,
  ),
  flag('office_local_part', 'up', 'The address joins a name and an office', (facts) => facts.officeLocalPart),
];
