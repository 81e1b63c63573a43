import type { Cast, Organization, Person } from './cast.ts';
import { DAYS, START } from './clock.ts';
import { clientIps, type Habits, otherMailer, PHONE } from './habits.ts';
import type { Random } from './random.ts';

/** Something about somebody's mail that is different for a time; times in milliseconds. */
export interface Change {
  /** An address, or `@domain` for everybody there. */
  readonly who: string;
  readonly from: number;
  readonly until: number;
  readonly set: Partial<Habits>;
  readonly travel: boolean;
}

const DAY_MS = 86_400_000;
const TRAVELS = 45;
const MIGRATIONS = 6;
const MOVES = 4;
const REPLIES_ELSEWHERE = 5;
/** A network that nobody of the cast has as his own. */
const ELSEWHERE = 300;

/** Lawful reasons why a sender's mail looks different from before: another mail system, another network, a journey, a shared mailbox. */
export function changesOf(random: Random, { partners }: Cast): readonly Change[] {
  const moment = () => START + random.between(30, DAYS - 3) * DAY_MS;
  const anybody = () => {
    const organization = random.pick(partners);
    return { organization, person: random.pick(organization.people) };
  };
  const changes: Change[] = [];
  for (let at = 0; at < MIGRATIONS; at++)
    changes.push(migration(random, random.pick(partners), moment(), at));
  for (let at = 0; at < MOVES; at++) {
    const { domain, habits } = random.pick(partners);
    if (habits.mailer.idHost !== null) continue;
    const set = { clientIps: clientIps(random, ELSEWHERE - 50 + at, habits.mailer) };
    changes.push({ who: `@${domain}`, from: moment(), until: Infinity, set, travel: false });
  }
  for (let at = 0; at < TRAVELS; at++) changes.push(journey(random, anybody(), moment(), at));
  for (let at = 0; at < REPLIES_ELSEWHERE; at++) {
    const { organization, person } = anybody();
    const replyTo = `${random.pick(['team', 'orders', 'office', 'projekt'])}@${organization.domain}`;
    changes.push({ who: person.address, from: moment(), until: Infinity, set: { replyTo }, travel: false });
  }
  return changes;
}

/** Server, network and program change in one night, for everybody there. */
function migration(random: Random, { domain, habits }: Organization, from: number, at: number): Change {
  const mailer = otherMailer(random, habits.mailer);
  const set = {
    mailer,
    clientIps: clientIps(random, ELSEWHERE - 100 + at, mailer),
    helo: `mail.${domain}`,
    vouching: 'all',
  } as const;
  return { who: `@${domain}`, from, until: Infinity, set, travel: false };
}

/** On the road people write from a telephone; where the firm has no cloud, through the network of a hotel. */
function journey(
  random: Random,
  { organization, person }: { organization: Organization; person: Person },
  from: number,
  at: number,
): Change {
  const through = organization.habits.mailer.idHost === null && random.chance(0.5);
  const set = { mailer: PHONE, ...(through && { clientIps: clientIps(random, ELSEWHERE + at, PHONE) }) };
  return { who: person.address, from, until: from + random.between(2, 9) * DAY_MS, set, travel: true };
}

/** How somebody's mail looks at a moment. */
export function habitsAt(
  changes: readonly Change[],
  organization: Organization,
  person: Person,
  at: number,
): { readonly habits: Habits; readonly travels: boolean } {
  const current = changes.filter(
    ({ who, from, until }) =>
      at >= from && at < until && (who === person.address || who === `@${organization.domain}`),
  );
  const habits: Habits = Object.assign({}, organization.habits, ...current.map(({ set }) => set));
  return { habits, travels: current.some(({ travel }) => travel) };
}
