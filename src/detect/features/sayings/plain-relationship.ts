import type { PlainTable } from './plain-words.ts';

export const RELATIONSHIP: PlainTable = {
  relationship_solicited: [
    'Whoever it is addressed to wrote to this sender before',
    'Not everybody it is addressed to wrote to this sender before',
  ],
  relationship_solicited_by_anyone: [
    'Somebody here wrote to this sender before',
    'Nobody here wrote to this sender before, as far as we know',
  ],
  relationship_solicited_domain: [
    "Somebody here wrote to the sender's organisation before",
    "Nobody here wrote to the sender's organisation before, as far as we know",
  ],
  relationship_written: [
    'We wrote to this sender # times',
    'We did not write to this sender, as far as we know',
    'We wrote to this sender once',
  ],
  relationship_approved: [
    'People here called mail of this sender wanted',
    'Nobody here called mail of this sender wanted',
  ],
  relationship_unsolicited: [
    'Nobody here ever wrote to this sender',
    'It is not known that nobody here ever wrote to this sender',
  ],
  relationship_name_known_elsewhere: [
    'The name is that of somebody who writes from another address',
    'The name is that of nobody who writes from another address',
  ],
  relationship_domain_resembles: [
    'The domain only looks like that of a known correspondent',
    'The domain does not look like that of another correspondent',
  ],
  relationship_domain_other_ending: [
    'A known correspondent has the same domain with another ending',
    'No known correspondent has the same domain with another ending',
  ],
  relationship_new_account: [
    'It gives bank details that are not those of the sender so far',
    'It gives no bank details that differ from those of the sender so far',
  ],
  relationship_new_network: [
    'A known sender writes from a network he never used',
    'The network is not new for a known sender',
  ],
  relationship_new_country: [
    'A known sender writes from a country he never wrote from',
    'The country is not new for a known sender',
  ],
  relationship_new_mailer: [
    'A known sender writes with a program he never used',
    'The program is not new for a known sender',
  ],
  relationship_new_reply_to: [
    'Answers to a known sender would go where they never went',
    'Answers do not go to a new place for a known sender',
  ],
  relationship_unusual_hour: [
    'A known sender writes at hours in which he hardly ever does',
    'The hour is not unusual for a known sender',
  ],
  relationship_sender_recipients: [
    'This sender wrote to about # recipients within minutes',
    'This sender wrote to nobody else within minutes',
    'This sender wrote to one recipient within minutes',
  ],
  relationship_link_recipients: [
    'About # recipients got links to the same place within minutes',
    'It has no link that many got within minutes',
    'One recipient got links to this place within minutes',
  ],
  relationship_file_recipients: [
    'About # recipients got the same file within minutes',
    'It has no file that many got within minutes',
    'One recipient got this file within minutes',
  ],
};
