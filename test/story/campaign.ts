import type { Person } from '../company/cast.ts';
import { clientIp } from '../company/habits.ts';
import type { Random } from '../company/random.ts';
import { invitationLetter } from './invitation.ts';
import type { StoryLetter } from './letter.ts';

/** How the campaign words and dresses one wave. The next wave has other domains, names, networks and mostly other words. */
export interface WaveStyle {
  readonly domains: readonly string[];
  readonly people: readonly string[];
  readonly subjects: readonly string[];
  readonly openings: readonly string[];
  readonly bodies: readonly string[];
  readonly closings: readonly string[];
  readonly rooms: readonly string[];
  readonly files: readonly string[];
  /** Number of its first network among those of the story. */
  readonly network: number;
}

/** Quiet invitations to a meeting about a contract that nobody has, whose page asks to sign in: the calendar carries the link. */
export const FIRST_WAVE: WaveStyle = {
  domains: [
    'ledgerbrook.example',
    'northquay.example',
    'altmere.example',
    'fernholt.example',
    'cindervale.example',
  ],
  people: ['Martha Ellwood', 'Jonas Verhage', 'Irene Castell', 'Peter Lindqvist', 'Nadia Brandt'],
  subjects: [
    'Yearly review of the framework contract',
    'Review of open items',
    'Appointment: contract review',
    'Closing the yearly review',
  ],
  openings: ['Good morning,', 'Hello,', 'Dear {first},'],
  bodies: [
    'please find the appointment for our yearly review attached. The notes of the last meeting are in the room named in the invitation.',
    'as every autumn we would like to go through the framework contract with you. Time and room are in the attached invitation.',
    'attached you find the invitation to the review. Please look through the notes in the room before we speak.',
    'our review is due again. The attached appointment has the time, and the room with the notes that we need from you.',
  ],
  closings: ['Kind regards', 'Best regards', 'With kind regards'],
  rooms: ['rooms', 'meet', 'review'],
  files: ['review.ics', 'appointment.ics'],
  network: 300,
};

/** The same trick a day later. */
export const NEXT_WAVE: WaveStyle = {
  domains: [
    'graywick.example',
    'ostermoor.example',
    'pellbridge.example',
    'tannhurst.example',
    'velmont.example',
  ],
  people: ['Clara Winslow', 'Hugo Aldenkamp', 'Sofia Marten', 'Edgar Rowe', 'Lena Holm'],
  subjects: [
    'Invitation: terms for next year',
    'Talk about the conditions for next year',
    'Planning talk: supply contract',
    'Supply contract, short talk',
  ],
  openings: ['Hello {first},', 'Good day,', 'Dear {first},'],
  bodies: [
    'for the terms of next year we have set up a short talk. The invitation is attached, and the draft lies in the room named there.',
    'before the year ends we should settle the conditions. You find time and room in the attached invitation.',
    'may I ask you for half an hour about the supply contract? The attached appointment leads to the room with the draft.',
    'the draft for next year is ready. Please read it in the room of the attached invitation before our talk.',
  ],
  closings: ['Many thanks', 'Kind regards', 'Until then'],
  rooms: ['talks', 'room', 'meet'],
  files: ['invite.ics', 'talk.ics', 'meeting.ics'],
  network: 360,
};

/** A wave of so many messages to different people of the company, seconds before `now`. */
export function wave(
  random: Random,
  style: WaveStyle,
  people: readonly Person[],
  count: number,
  now: number,
): StoryLetter[] {
  return Array.from({ length: count }, (_, place) => {
    const domain = style.domains[place % style.domains.length] ?? random.pick(style.domains);
    const host = style.domains[(place + 2) % style.domains.length] ?? domain;
    const name = random.pick(style.people);
    const to = people[place % people.length] ?? random.pick(people);
    const local = name.toLowerCase().replace(' ', '.');
    const first = to.name.split(' ')[0] ?? '';
    const subject = random.pick(style.subjects);
    return invitationLetter(random, {
      at: now - (count - place) * 1_000,
      from: { name, address: `${local}@${domain}` },
      to,
      // One calendar and its pages serve all senders of a wave: the organizer never fits who sends.
      organizer: `office@${host}`,
      subject,
      text: `${random.pick(style.openings).replace('{first}', first)}\n\n${random.pick(style.bodies)}\n\n${random.pick(style.closings)}\n${name}`,
      agenda: `${subject}\nRoom: https://${random.pick(style.rooms)}.${host}/${random.digits(7)}`,
      place: 'online',
      clientIp: clientIp(random, style.network + (place % style.domains.length)),
      fileName: random.pick(style.files),
    });
  });
}
