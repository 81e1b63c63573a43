import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count, share, number } = featuresOf('headers');

/** A message may wait five days in a queue (RFC 5321 section 4.5.4.1); a month off is as odd as a year. */
const MOST_HOURS = 720;

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
    'Hours by which Date is before the reception',
    'hours',
    [0, MOST_HOURS],
    (facts) => (facts.dateSkewHours === null ? null : Math.max(0, facts.dateSkewHours)),
  ),
  number(
    'date_ahead',
    'up',
    'Hours by which Date is after the reception',
    'hours',
    [0, MOST_HOURS],
    (facts) => (facts.dateSkewHours === null ? null : Math.max(0, -facts.dateSkewHours)),
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
];
