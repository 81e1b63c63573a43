import { domainOf } from '../company/letter.ts';
import type { Random } from '../company/random.ts';
import { allPass, dateField, type StoryLetter } from './letter.ts';

/** An invitation to a meeting, before it is a message. */
export interface Invitation {
  readonly at: number;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  /** Who holds the meeting, in the calendar file. */
  readonly organizer: string;
  readonly subject: string;
  readonly text: string;
  /** What stands in the calendar's description. */
  readonly agenda: string;
  readonly place: string;
  readonly clientIp: string;
  readonly fileName: string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A message with a calendar file (RFC 5546 REQUEST), as programs of offices send it. */
export function invitationLetter(random: Random, invitation: Invitation): StoryLetter {
  const { at, from, to, clientIp, subject, text, fileName } = invitation;
  const domain = domainOf(from.address);
  const boundary = `=_${random.digits(18)}`;
  const messageId = `${random.digits(14)}@${domain}`;
  const lines = [
    `From: "${from.name}" <${from.address}>`,
    `To: "${to.name}" <${to.address}>`,
    `Subject: ${subject}`,
    `Date: ${dateField(at)}`,
    `Message-ID: <${messageId}>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...text.split('\n'),
    `--${boundary}`,
    `Content-Type: text/calendar; charset=utf-8; method=REQUEST; name="${fileName}"`,
    `Content-Disposition: attachment; filename="${fileName}"`,
    'Content-Transfer-Encoding: 8bit',
    '',
    ...calendar(random, invitation),
    `--${boundary}--`,
    '',
  ];
  return {
    messageId,
    clientIp,
    helo: `mail.${domain}`,
    mailFrom: from.address,
    recipient: to.address,
    raw: Buffer.from(lines.join('\r\n'), 'utf8'),
    authentication: allPass(domain),
  };
}

function calendar(random: Random, { at, to, organizer, subject, agenda, place }: Invitation): string[] {
  const begins = Math.ceil(at / HOUR_MS) * HOUR_MS + random.between(2, 9) * DAY_MS;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Larkspur//Calendar 16.0//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${random.digits(20)}`,
    `DTSTAMP:${stamp(at)}`,
    `DTSTART:${stamp(begins)}`,
    `DTEND:${stamp(begins + HOUR_MS)}`,
    `SUMMARY:${subject}`,
    `ORGANIZER:mailto:${organizer}`,
    `ATTENDEE;RSVP=TRUE:mailto:${to.address}`,
    `LOCATION:${place}`,
    // RFC 5545 section 3.1: lines of at most 75 octets.
    ...(`DESCRIPTION:${agenda.replaceAll(',', '\\,').replaceAll('\n', '\\n')}`
      .match(/.{1,70}/g)
      ?.map((part, place_) => (place_ === 0 ? part : ` ${part}`)) ?? []),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
