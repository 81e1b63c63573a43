import type { Cast, Language, Organization, Person } from './cast.ts';
import { person as newPerson } from './cast.ts';
import { type Change, habitsAt } from './changes.ts';
import { answerDelay, atWork, DAYS, END, isWorkday, START, sometime } from './clock.ts';
import { fill, PHRASES, type Slots, slotsFor, write } from './compose.ts';
import { PHONE } from './habits.ts';
import type { Random } from './random.ts';
import type { Legitimate, Planned } from './story.ts';
import { TOPICS } from './wording/phrases.ts';

/** Two people who write to each other for a time. */
export interface Relation {
  readonly organization: Organization;
  readonly them: Person;
  readonly us: Person;
  readonly weight: number;
  readonly from: number;
  readonly until: number;
}

/** One message of a conversation, as whoever reads the mailbox later finds it. */
export interface Turn {
  readonly at: number;
  readonly relation: Relation;
  readonly subject: string;
  readonly text: string;
  readonly ours: boolean;
}

export interface Conversations {
  readonly planned: readonly Planned[];
  readonly turns: readonly Turn[];
  readonly relations: readonly Relation[];
}

const DAY_MS = 86_400_000;
const A_DAY = [19, 26] as const;
const MOST_TURNS = 7;
const SUCCESSIONS = 9;
const URGENT = 0.012;
/** Share of messages that people write on the telephone even at home. */
const ON_THE_PHONE = 0.08;

/** Half a year of letters between us and those we work with. */
export function conversations(random: Random, cast: Cast, changes: readonly Change[]): Conversations {
  const relations = relationsOf(random.fork('relations'), cast);
  const planned: Planned[] = [];
  const turns: Turn[] = [];
  const greeted = new Set<Person>();
  for (let day = 0; day < DAYS; day++) {
    const midnight = START + day * DAY_MS;
    if (!isWorkday(midnight)) continue;
    const current = relations.filter(({ from, until }) => midnight >= from && midnight < until);
    for (let left = random.between(...A_DAY); left > 0; left--) {
      const relation = random.weighed(current, ({ weight }) => weight);
      const isNew = relation.from > START && !greeted.has(relation.them);
      greeted.add(relation.them);
      const said = converse(random, relation, midnight, isNew);
      turns.push(...said.map(({ turn }) => turn));
      planned.push(...said.map((one) => plan(random, one, changes)));
    }
  }
  return { planned, turns, relations };
}

interface Said {
  readonly turn: Turn;
  readonly story: Legitimate;
}

function converse(random: Random, relation: Relation, midnight: number, isNew: boolean): Said[] {
  const { organization, them, us } = relation;
  const { language } = organization;
  const said: Said[] = [];
  const urgent = !isNew && random.chance(URGENT);
  let ours = !isNew && !urgent && random.chance(0.42);
  let at = sometime(random, midnight, ours ? 1 : organization.offset);
  const theme = themeOf(random, language, isNew, urgent);
  const slots = slotsFor(random, language, at);
  const subject = fill(theme.subject, { ...slots, firm: organization.name });
  const colleague = random.pick(organization.people).name.split(' ')[0] ?? '';
  const length =
    isNew || urgent ? random.between(1, 3) : 1 + Math.floor(-Math.log(1 - random.next() * 0.99) * 2.2);
  for (let place = 0; place < Math.min(length, MOST_TURNS) && at < END; place++) {
    const before = said.at(-1)?.turn;
    const [from, to] = ours ? [us, them] : [them, us];
    const text = write(random, {
      language,
      from,
      to,
      firm: ours ? 'Tarnfeld Optik' : organization.name,
      core: place === 0 ? theme.first : [random.pick(theme.answers)],
      slots: { ...(place === 0 ? slots : fresh(random, language, at, slots)), other: colleague },
      ...(before !== undefined &&
        random.chance(0.65) && { quoted: { text: before.text, by: from === us ? them : us, at: before.at } }),
      terse: (urgent && random.chance(0.6)) || random.chance(0.12),
    });
    said.push({
      turn: { at, relation, subject: place === 0 ? subject : reply(random, language, subject), text, ours },
      story: isNew ? 'new colleague' : urgent ? 'urgent' : 'conversation',
    });
    ours = !ours;
    at = atWork(random, at + answerDelay(random), ours ? 1 : organization.offset);
  }
  return said;
}

/** The same things are spoken of, at other times. */
function fresh(random: Random, language: Language, at: number, slots: Slots): Slots {
  const { product, number } = slots;
  return {
    ...slotsFor(random, language, at),
    ...(product !== undefined && { product }),
    ...(number !== undefined && { number }),
  };
}

function themeOf(random: Random, language: Language, isNew: boolean, urgent: boolean) {
  const phrases = PHRASES[language];
  const topic = phrases.topics[random.pick(TOPICS)];
  const subject = random.pick(urgent ? phrases.urgent.subjects : topic.subjects);
  const asks = random.shuffled(topic.asks).slice(0, random.chance(0.3) ? 2 : 1);
  const first = isNew
    ? [random.pick(phrases.colleague), ...asks.slice(0, 1)]
    : urgent
      ? [random.pick(phrases.urgent.texts)]
      : asks;
  return { subject, first, answers: topic.answers };
}

export function reply(random: Random, language: Language, subject: string): string {
  return `${language === 'de' && random.chance(0.6) ? 'AW' : 'Re'}: ${subject}`;
}

function plan(random: Random, { turn, story }: Said, changes: readonly Change[]): Planned {
  const { at, relation, subject, text, ours } = turn;
  const { them, us, organization } = relation;
  if (ours) return { kind: 'outbound', at, from: us.address, to: [them.address] };
  const { habits, travels } = habitsAt(changes, organization, them, at);
  const used = random.chance(ON_THE_PHONE) ? { ...habits, mailer: PHONE } : habits;
  return {
    kind: 'inbound',
    story: travels && story === 'conversation' ? 'travel' : story,
    attack: null,
    letter: { at, from: them, to: [us.address], subject, text, habits: used },
  };
}

/** Everybody at a partner has one to three of us to write to; some are followed by others in the course of the year. */
function relationsOf(random: Random, { own, partners }: Cast): Relation[] {
  const relations = partners.flatMap((organization) =>
    organization.people.flatMap((them, rank) =>
      random
        .shuffled(own.people)
        .slice(0, random.between(1, 3))
        .map((us): Relation => {
          const weight = (organization.weight / (1 + rank)) * (0.3 + random.next());
          return { organization, them, us, weight, from: START, until: Infinity };
        }),
    ),
  );
  for (let left = SUCCESSIONS; left > 0; left--) {
    const place = random.between(0, relations.length - 1);
    const before = relations[place];
    if (before === undefined || before.until !== Infinity) continue;
    const { organization } = before;
    const since = START + random.between(40, DAYS - 15) * DAY_MS;
    const them = newPerson(random, organization.language, organization.domain, before.them.role, new Set());
    relations[place] = { ...before, until: since };
    relations.push({ ...before, them, from: since, weight: Math.max(before.weight, 0.15) });
  }
  return relations;
}
