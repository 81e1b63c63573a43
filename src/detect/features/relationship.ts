import type { ReputationFacts } from '../../evidence/reputation.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count } = featuresOf('reputation', 'relationship');

/** Missing without a memory: nobody is a stranger to who never remembers. */
const remembered =
  <Value>(read: (facts: ReputationFacts) => Value) =>
  (facts: ReputationFacts) =>
    facts.remembers ? read(facts) : null;

/**
 * Down is only what we did ourselves: we wrote to the sender, or people called his mail wanted. What he sent makes baselines from
 * which a message differs (up). First contact is no feature: harmless mail would end it.
 */
export const RELATIONSHIP: readonly Feature[] = [
  flag(
    'solicited',
    'down',
    'Every recipient wrote to this authenticated address before',
    remembered(({ solicited }) => solicited),
  ),
  flag(
    'solicited_by_anyone',
    'down',
    'Somebody here wrote to this authenticated address before',
    remembered(({ solicitedByAnyone }) => solicitedByAnyone),
  ),
  flag(
    'solicited_domain',
    'down',
    'Somebody here wrote to the authenticated organisation before',
    remembered(({ solicitedDomain }) => solicitedDomain),
  ),
  count(
    'written',
    'down',
    'Messages that we wrote to this authenticated address',
    remembered(({ writtenMessages }) => writtenMessages),
  ),
  flag(
    'approved',
    'down',
    'People called mail of this authenticated address wanted',
    remembered(({ approved }) => approved),
  ),
  flag(
    'unsolicited',
    'up',
    'Nobody here ever wrote to the sender, as far as we know what is written here',
    remembered(({ unsolicited }) => unsolicited),
  ),
  flag(
    'name_known_elsewhere',
    'up',
    'The display name is that of somebody who writes from another address',
    remembered(({ nameKnownElsewhere }) => nameKnownElsewhere),
  ),
  flag(
    'domain_resembles',
    'up',
    'The domain is spelt to look like that of a known correspondent',
    remembered(({ domainResemblesKnown }) => domainResemblesKnown),
  ),
  flag(
    'domain_other_ending',
    'up',
    'A known correspondent has the same domain with another ending',
    remembered(({ domainOtherEnding }) => domainOtherEnding),
  ),
  flag(
    'new_account',
    'up',
    'Bank details that are not those this sender gave before',
    remembered(({ newAccount }) => newAccount),
  ),
  flag(
    'new_network',
    'up',
    'A known sender, from a network he never used',
    remembered(({ newNetwork }) => newNetwork),
  ),
  flag(
    'new_country',
    'up',
    'A known sender, from a country he never wrote from',
    remembered(({ newCountry }) => newCountry),
  ),
  flag(
    'new_mailer',
    'up',
    'A known sender, with a program he never used',
    remembered(({ newMailer }) => newMailer),
  ),
  flag(
    'new_reply_to',
    'up',
    'A known sender, whose answers go where they never went',
    remembered(({ newReplyTo }) => newReplyTo),
  ),
  flag(
    'unusual_hour',
    'up',
    'A known sender, at hours in which he hardly ever writes',
    remembered(({ unusualHour }) => unusualHour),
  ),
  count(
    'sender_recipients',
    'up',
    'Recipients of this sender within minutes',
    remembered(({ senderRecipients }) => senderRecipients),
  ),
  count(
    'link_recipients',
    'up',
    'Recipients of links to the same place within minutes',
    remembered(({ linkRecipients }) => linkRecipients),
  ),
  count(
    'file_recipients',
    'up',
    'Recipients of the same file within minutes',
    remembered(({ fileRecipients }) => fileRecipients),
  ),
];
