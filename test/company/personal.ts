import { type Cast, type Person, person, stranger } from './cast.ts';
import { type Change, habitsAt } from './changes.ts';
import { answerDelay, atWork, DAYS, END, isWorkday, START, sometime } from './clock.ts';
import { fill, PHRASES, slotsFor, write } from './compose.ts';
import { FREEMAIL, freemailHabits } from './habits.ts';
import { domainOf } from './letter.ts';
import type { Random } from './random.ts';
import type { Planned } from './story.ts';

const DAY_MS = 86_400_000;
const PRIVATE_MAILBOXES = 14;
const SISTERS_ON = [70, 128] as const;

/** Friends and families of ours, strangers with a question or an application, and known people who write from elsewhere. */
export function personalMail(random: Random, cast: Cast, changes: readonly Change[]): Planned[] {
  const planned: Planned[] = [];
  for (let day = 0; day < DAYS; day++) {
    const midnight = START + day * DAY_MS;
    for (const [rank, friend] of cast.private.entries()) {
      const us = cast.own.people[rank % cast.own.people.length];
      if (us !== undefined && random.chance(0.16)) planned.push(...privately(random, friend, us, midnight));
    }
    if (isWorkday(midnight))
      for (let left = random.between(0, 3); left > 0; left--)
        planned.push(...enquiry(random, cast, midnight));
  }
  for (let left = PRIVATE_MAILBOXES; left > 0; left--) planned.push(...fromHome(random, cast));
  for (const day of SISTERS_ON) planned.push(...sisterDomain(random, cast, day, changes));
  return planned;
}

function privately(random: Random, friend: Cast['private'][number], us: Person, midnight: number): Planned[] {
  const { privately: words } = PHRASES[friend.language];
  const at = sometime(random, midnight, 1);
  const slots = slotsFor(random, friend.language, at);
  const text = write(random, {
    language: friend.language,
    from: friend,
    to: us,
    firm: '',
    core: [random.pick(words.texts)],
    slots,
    terse: true,
  });
  const letter = {
    at,
    from: friend,
    to: [us.address],
    subject: fill(random.pick(words.subjects), slots),
    text,
    habits: friend.habits,
  };
  return [
    { kind: 'inbound', story: 'private', attack: null, letter },
    ...(random.chance(0.5)
      ? [{ kind: 'outbound', at: at + answerDelay(random), from: us.address, to: [friend.address] } as const]
      : []),
  ];
}

/** A first letter from a firm or a private person; where we answer, often another. */
function enquiry(random: Random, cast: Cast, midnight: number): Planned[] {
  const firm = stranger(random, random.between(0, 20));
  const free = random.chance(0.5);
  const from = free
    ? person(random, firm.language, random.pick(FREEMAIL), 'private', new Set())
    : random.pick(firm.people);
  const us = random.pick(cast.own.people);
  const { firstContact } = PHRASES[firm.language];
  const at = sometime(random, midnight, firm.offset);
  const slots = { ...slotsFor(random, firm.language, at), firm: firm.name };
  const draft = { language: firm.language, from, to: us, firm: free ? '' : firm.name, slots };
  const subject = fill(random.pick(firstContact.subjects), slots);
  const habits = free ? freemailHabits(random, domainOf(from.address)) : firm.habits;
  const first = write(random, {
    ...draft,
    core: [random.pick(firstContact.texts)],
    terse: free && random.chance(0.4),
  });
  const planned: Planned[] = [
    {
      kind: 'inbound',
      story: 'stranger',
      attack: null,
      letter: { at, from, to: [us.address], subject, text: first, habits },
    },
  ];
  const again = atWork(random, at + 2 * DAY_MS, firm.offset);
  if (random.chance(0.5) && again < END) {
    const { topics } = PHRASES[firm.language];
    const core = [random.pick(topics.offer.answers)];
    planned.push({ kind: 'outbound', at: at + DAY_MS, from: us.address, to: [from.address] });
    planned.push({
      kind: 'inbound',
      story: 'stranger',
      attack: null,
      letter: {
        at: again,
        from,
        to: [us.address],
        subject: `Re: ${subject}`,
        text: write(random, { ...draft, core }),
        habits,
      },
    });
  }
  return planned;
}

/** Somebody we know, lawfully, from an address that we do not. */
function fromHome(random: Random, cast: Cast): Planned[] {
  const organization = random.pick(cast.partners.slice(0, 15));
  const known = random.pick(organization.people);
  const from = {
    ...known,
    address: `${known.address.split('@')[0] ?? ''}${random.between(1, 99)}@${random.pick(FREEMAIL)}`,
  };
  const at = atWork(random, START + random.between(40, DAYS - 3) * DAY_MS, organization.offset);
  const us = random.pick(cast.own.people);
  const { language } = organization;
  const slots = slotsFor(random, language, at);
  const text = write(random, {
    language,
    from,
    to: us,
    firm: organization.name,
    core: [random.pick(PHRASES[language].privateMailbox)],
    slots,
    terse: true,
  });
  const subject = fill(random.pick(PHRASES[language].topics.meeting.subjects), slots);
  return [
    {
      kind: 'inbound',
      story: 'private mailbox',
      attack: null,
      letter: {
        at,
        from,
        to: [us.address],
        subject,
        text,
        habits: freemailHabits(random, domainOf(from.address)),
      },
    },
  ];
}

/** A firm that we know opens a second domain of the same name and writes from it, too. */
function sisterDomain(random: Random, cast: Cast, day: number, changes: readonly Change[]): Planned[] {
  const organization = random.pick(cast.partners.slice(0, 10));
  const [label, suffix] = organization.domain.split('.');
  const domain = `${label}.${suffix === 'example' ? 'test' : 'example'}`;
  return Array.from({ length: 6 }, (_, place): Planned => {
    const known = random.pick(organization.people);
    const from = { ...known, address: `${known.address.split('@')[0] ?? ''}@${domain}` };
    const at = atWork(random, START + (day + place * 4) * DAY_MS, organization.offset);
    const us = random.pick(cast.own.people);
    const slots = slotsFor(random, organization.language, at);
    const topic = PHRASES[organization.language].topics.project;
    const text = write(random, {
      language: organization.language,
      from,
      to: us,
      firm: organization.name,
      core: [random.pick(topic.asks)],
      slots,
    });
    const { habits } = habitsAt(changes, organization, known, at);
    return {
      kind: 'inbound',
      story: 'sister domain',
      attack: null,
      letter: { at, from, to: [us.address], subject: fill(random.pick(topic.subjects), slots), text, habits },
    };
  });
}
