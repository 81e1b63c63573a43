import type { Cast } from '../company/cast.ts';
import { createCompany } from '../company/company.ts';
import { Random } from '../company/random.ts';
import type { Inbound } from '../company/story.ts';
import { EVERYDAY } from '../company/story.ts';
import { invitationLetter } from './invitation.ts';
import { dateField, type StoryLetter } from './letter.ts';

/** The invented company's everyday mail, as if it came today. */
export interface OrdinaryMail {
  readonly cast: Cast;
  /** The next so many messages, written in the last hour before `now`. */
  take(count: number, now: number): Promise<StoryLetter[]>;
}

/** One in so many is an invitation by a partner, of the same form as the campaign's but for its organizer. */
const INVITATION_EVERY = 12;
/** One in so many recommends a page of somebody else. */
const RECOMMENDATION_EVERY = 9;
const HOUR_MS = 3_600_000;

/** Conversations, invoices, newsletters, receipts, lists and private mail of one firm from a seed. */
export function ordinaryMail(seed: number): OrdinaryMail {
  const random = new Random(seed).fork('ordinary');
  const { cast, events } = createCompany(seed);
  const everyday = events.filter(
    (event): event is Inbound => event.kind === 'inbound' && EVERYDAY.some((story) => story === event.story),
  );
  let next = 0;
  return {
    cast,
    take: async (count, now) => {
      const letters: StoryLetter[] = [];
      for (let place = 0; place < count; place++) {
        const at = now - Math.round((HOUR_MS * (count - place)) / count);
        const event = everyday[next];
        if (event === undefined) throw new Error('the company wrote no more');
        next += 1;
        letters.push(
          place % INVITATION_EVERY === INVITATION_EVERY - 1
            ? partnersInvitation(random, cast, at)
            : await ofToday(
                event,
                at,
                place % RECOMMENDATION_EVERY === 0 ? recommendation(random, cast) : '',
              ),
        );
      }
      return letters;
    },
  };
}

/** A message of a fixed day would look older every day. */
async function ofToday({ mail }: Inbound, at: number, more: string): Promise<StoryLetter> {
  const bytes = await mail.content.head(mail.content.size);
  const text = bytes.toString('latin1').replace(/^Date: .*$/m, `Date: ${dateField(at)}\r`);
  const { clientIp, helo, mailFrom, rcptTo } = mail.envelope;
  return {
    messageId: /^Message-ID: <([^>]*)>/m.exec(text)?.[1] ?? '',
    clientIp: clientIp ?? '198.18.0.1',
    helo: helo ?? 'unknown.example',
    mailFrom: mailFrom ?? '',
    recipient: rcptTo[0] ?? '',
    raw: Buffer.from(text.replace(/(charset=utf-8\r\n[^\r]*\r\n\r\n)/, `$1${more}`), 'latin1'),
    authentication: mail.recordedAuthentication,
  };
}

function recommendation(random: Random, { services }: Cast): string {
  return `By the way, this was worth reading: https://www.${random.pick(services).domain}/${random.digits(5)}\r\n\r\n`;
}

const MEETINGS = ['Project status', 'Delivery dates', 'Review of the drawings', 'Planning for spring'];

function partnersInvitation(random: Random, cast: Cast, at: number): StoryLetter {
  const partner = random.pick(cast.partners);
  const from = random.pick(partner.people);
  const subject = `${random.pick(MEETINGS)}, ${random.pick(['Monday', 'Tuesday', 'Thursday'])}`;
  return invitationLetter(random, {
    at,
    from,
    to: random.pick(cast.own.people),
    organizer: from.address,
    subject,
    text: `Hello,\n\nplease find the invitation attached. Let me know if the time does not suit you.\n\nRegards\n${from.name}\n${partner.name}`,
    agenda: `${subject}\nDial in: https://meet.${partner.domain}/${random.digits(6)}`,
    place: 'online',
    clientIp: random.pick(partner.habits.clientIps),
    fileName: 'invite.ics',
  });
}
