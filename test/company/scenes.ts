import { bankAccount } from './bank.ts';
import { type Cast, type Language, type Person, stranger } from './cast.ts';
import { type Change, habitsAt } from './changes.ts';
import { fill, slotsFor, write } from './compose.ts';
import { reply, type Turn } from './conversations.ts';
import { clientIp, FREEMAIL, freemailHabits, type Habits, otherMailer } from './habits.ts';
import { domainOf, type Letter } from './letter.ts';
import { lookalikeOf } from './lookalike.ts';
import type { Random } from './random.ts';
import { FRAUD, type Fraud } from './wording/fraud.ts';

export type Theme = Exclude<keyof Fraud, 'subjects'>;

/** What the attacker knows: whom they write to, and what stands in the mailboxes he reads. */
export interface Scene {
  readonly random: Random;
  readonly at: number;
  readonly cast: Cast;
  readonly changes: readonly Change[];
  /** The newest message between the two whom he poses as and writes to, from before the attack. */
  readonly turn: Turn;
}

/** Networks that no partner has. */
const FOREIGN = 420;

export function directorsName({ random, at, cast }: Scene, theme: Theme): Letter {
  const directors = cast.own.people.filter(
    ({ role }) => role === 'managing director' || role === 'head of finance',
  );
  const to = random.pick(
    cast.own.people.filter(({ role }) =>
      ['accounting', 'assistant', 'purchasing', 'personnel'].includes(role),
    ),
  );
  const from = {
    ...random.pick(directors),
    address: freeAddress(random, ['office', 'direct', 'ceo', 'private']),
  };
  return letter(random, at, {
    from,
    to,
    language: 'de',
    firm: '',
    theme,
    habits: freemailHabits(random, domainOf(from.address)),
  });
}

export function partnersName({ random, at, turn }: Scene, theme: Theme): Letter {
  const { them, us, organization } = turn.relation;
  const local = them.address.split('@')[0] ?? 'office';
  const from = {
    ...them,
    address: `${random.chance(0.6) ? local : `${local}.${random.digits(2)}`}@${random.pick(FREEMAIL)}`,
  };
  return letter(random, at, {
    from,
    to: us,
    language: organization.language,
    firm: organization.name,
    theme,
    habits: freemailHabits(random, domainOf(from.address)),
  });
}

/** Registered last week, with SPF, DKIM and DMARC in order; half of them go on with a stolen conversation. */
export function lookalike(scene: Scene, theme: Theme): Letter {
  const { random, at, turn } = scene;
  const { them, us, organization } = turn.relation;
  const domain = lookalikeOf(random, organization.domain);
  const from = { ...them, address: `${them.address.split('@')[0] ?? ''}@${domain}` };
  const mailer = random.chance(0.5)
    ? organization.habits.mailer
    : otherMailer(random, organization.habits.mailer);
  const habits: Habits = {
    clientIps: [clientIp(random, FOREIGN + random.between(0, 60))],
    helo: `mail.${domain}`,
    mailer,
    replyTo: null,
    vouching: 'all',
  };
  return letter(random, at, {
    from,
    to: us,
    language: organization.language,
    firm: organization.name,
    theme,
    habits,
    ...(random.chance(0.5) && { turn }),
  });
}

/** With a stolen password, through the partner's own server, from a rented machine. */
export function takenFromAfar(scene: Scene, theme: Theme): Letter {
  const { random, turn } = scene;
  const { organization, them } = turn.relation;
  const mailer = otherMailer(random, organization.habits.mailer);
  const replyTo = random.chance(0.5)
    ? freeAddress(random, [them.address.split('@')[0] ?? 'office'])
    : `${them.address.split('@')[0] ?? ''}@${lookalikeOf(random, organization.domain)}`;
  return asThem(scene, theme, {
    clientIps: [clientIp(random, FOREIGN + random.between(0, 60))],
    mailer,
    replyTo,
  });
}

export function takenInTheCloud(scene: Scene, theme: Theme): Letter {
  return asThem(scene, theme, {
    mailer: otherMailer(scene.random, scene.turn.relation.organization.habits.mailer),
  });
}

export function takenFromWithin(scene: Scene, theme: Theme): Letter {
  return asThem(scene, theme, {});
}

/** As the partner, whose account it is; what he changes is seen, the rest is as ever. */
function asThem({ random, at, changes, turn }: Scene, theme: Theme, changed: Partial<Habits>): Letter {
  const { them, us, organization } = turn.relation;
  const { habits } = habitsAt(changes, organization, them, at);
  return letter(random, at, {
    from: them,
    to: us,
    language: organization.language,
    firm: organization.name,
    theme,
    habits: { ...habits, ...changed },
    ...(random.chance(0.7) && { turn }),
  });
}

export function takenFriend({ random, at, cast }: Scene, theme: Theme): Letter {
  const rank = random.between(0, cast.private.length - 1);
  const friend = cast.private[rank] ?? random.pick(cast.private);
  const to = cast.own.people[rank % cast.own.people.length] ?? random.pick(cast.own.people);
  const replyTo = random.chance(0.5) ? freeAddress(random, [friend.address.split('@')[0] ?? 'me']) : null;
  const habits = { ...friend.habits, replyTo };
  return letter(random, at, { from: friend, to, language: friend.language, firm: '', theme, habits });
}

/** The vendor's own address in From, which its domain forbids nobody; answers go to a free mailbox. */
export function forgedVendor({ random, at, turn }: Scene, theme: Theme): Letter {
  const { them, us, organization } = turn.relation;
  const replyTo = freeAddress(random, [them.address.split('@')[0] ?? 'office']);
  const habits: Habits = {
    ...organization.habits,
    clientIps: [clientIp(random, FOREIGN + 70)],
    helo: `vps${random.digits(4)}.rented.example`,
    replyTo,
    vouching: 'nobody',
  };
  return letter(random, at, {
    from: them,
    to: us,
    language: organization.language,
    firm: organization.name,
    theme,
    habits,
  });
}

export function newDomain({ random, at, cast }: Scene, theme: Theme): Letter {
  const firm = stranger(random, random.between(21, 29));
  const to = random.pick(
    cast.own.people.filter(({ role }) => ['accounting', 'head of finance', 'assistant'].includes(role)),
  );
  return letter(random, at, {
    from: random.pick(firm.people),
    to,
    language: firm.language,
    firm: firm.name,
    theme,
    habits: { ...firm.habits, vouching: 'all' },
  });
}

export function salary({ random, at, cast }: Scene, theme: Theme): Letter {
  const from = {
    ...random.pick(cast.own.people.filter(({ role }) => ['sales', 'development', 'service'].includes(role))),
    address: freeAddress(random, ['me', 'private']),
  };
  const to = cast.own.people.find(({ role }) => role === 'personnel') ?? random.pick(cast.own.people);
  return letter(random, at, {
    from,
    to,
    language: 'de',
    firm: '',
    theme,
    habits: freemailHabits(random, domainOf(from.address)),
  });
}

function freeAddress(random: Random, locals: readonly string[]): string {
  return `${random.pick(locals)}${random.chance(0.5) ? random.digits(3) : ''}@${random.pick(FREEMAIL)}`;
}

interface Script {
  readonly from: Person;
  readonly to: Person;
  readonly language: Language;
  readonly firm: string;
  readonly theme: Theme;
  readonly habits: Habits;
  readonly turn?: Turn;
}

const NAMES_ACCOUNT: readonly Theme[] = ['newAccount', 'salary'];

function letter(
  random: Random,
  at: number,
  { from, to, language, firm, theme, habits, turn }: Script,
): Letter {
  const fraud = FRAUD[language];
  const slots = { ...slotsFor(random, language, at), firm };
  const { lines } = bankAccount(random, random.pick(['DE', 'GB', 'NL', 'US']));
  const text = write(random, {
    language,
    from,
    to,
    firm,
    core: [random.pick(fraud[theme])],
    slots,
    terse: random.chance(0.5),
    ...(NAMES_ACCOUNT.includes(theme) && random.chance(0.8) && { lines }),
    ...(turn !== undefined && { quoted: { text: turn.text, by: turn.ours ? to : from, at: turn.at } }),
  });
  const subject =
    turn === undefined
      ? fill(random.pick(fraud.subjects[theme]), slots)
      : reply(random, language, turn.subject.replace(/^(?:Re|AW): /, ''));
  return { at, from, to: [to.address], subject, text, habits };
}
