import { factsOf } from '../../evidence/evidence.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count, share, number } = featuresOf('headers');

/** A message may wait five days in a queue (RFC 5321 section 4.5.4.1); more than a week off is as odd as a year. */
const MOST_HOURS = 168;

/** Whole hours: minutes tell how a way is built, not what came along it. */
const wholeHours = (hours: number | null) => (hours === null ? null : Math.floor(Math.max(0, hours)));

/**
 * Few, and none by order, letter case or rare names: those tell the mailbox. The number of hops and of
 * recipients, the marks of lists (List-Id, List-Unsubscribe, Precedence, Sender) and of machines are left out on purpose:
 * they tell the way that training mail took, and are open to anybody. Rules may use them.
 */
export const HEADERS: readonly Feature[] = [
  flag('message_id_missing', 'up', 'There is no Message-ID', (facts) => !facts.messageIdPresent),
  flag('message_id_matches', 'down', 'The Message-ID is of the organisation of From', (facts) =>
    facts.messageIdPresent ? facts.messageIdMatchesFrom : null,
  ),
  flag('date_missing', 'up', 'There is no Date', (facts) => !facts.datePresent),
  number(
    'date_behind',
    'up',
    'Whole hours by which Date is before the reception',
    'hours',
    [0, MOST_HOURS],
    (facts) => wholeHours(facts.dateSkewHours),
  ),
  number(
    'date_ahead',
    'up',
    'Whole hours by which Date is after the reception',
    'hours',
    [0, MOST_HOURS],
    (facts) => (facts.dateSkewHours === null ? null : wholeHours(-facts.dateSkewHours)),
  ),
  flag(
    'fake_reply',
    'up',
    'The subject says reply or forward, and nothing was replied to',
    (facts) => facts.fakeReply,
  ),
  share(
    'subject_capitals',
    'free',
    'Capitals among the letters of the subject',
    (facts) => facts.subjectUpperShare,
  ),
  flag('one_click', 'free', 'One click unsubscribes (RFC 8058)', (facts) => facts.oneClickUnsubscribe),
  flag('undisclosed', 'up', 'To and Cc name nobody', (facts) => facts.undisclosedRecipients),
  count(
    'duplicate_fields',
    'up',
    'Fields allowed once that are there more often',
    (facts) => facts.duplicateSingletons,
  ),
  flag(
    'helo_claims_recipient',
    'up',
    'The sending host calls itself by the name of the recipient',
    (facts, { authentication }) =>
      facts.heloClaimsRecipient === true
        ? (factsOf(authentication)?.authenticatedDomain ?? '') === ''
        : facts.heloClaimsRecipient,
  ),
  flag(
    'received_backwards',
    'up',
    'A hop is dated a day before the one before it',
    (facts) => facts.receivedBackwards,
  ),
  flag(
    'unsubscribe_of_sender',
    'down',
    'List-Unsubscribe leads to the organisation of From',
    (facts) => facts.unsubscribeOfSender,
  ),
  flag('to_is_from', 'up', 'It is addressed to its own sender', (facts) => facts.toIsFrom),
  flag('script_mailer', 'up', 'A script of a web site sent it', (facts) => facts.scriptMailer),
  flag('high_priority', 'up', 'It asks to be shown as important', (facts) => facts.highPriority),
];
