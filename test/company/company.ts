import { attacks } from './attacks.ts';
import { bulkMail } from './bulk.ts';
import { type Cast, createCast } from './cast.ts';
import { changesOf } from './changes.ts';
import { END, START } from './clock.ts';
import { conversations } from './conversations.ts';
import { deliver } from './letter.ts';
import { moneyMail } from './money.ts';
import { personalMail } from './personal.ts';
import { Random } from './random.ts';
import type { Event, Planned } from './story.ts';

export interface Company {
  readonly cast: Cast;
  /** In time order. */
  readonly events: readonly Event[];
}

/**
 * A small firm that makes optics, thirty partners, and half a year of its mail in both directions; in the last two months forty attacks
 * come between the rest. Everything is invented, and the same seed gives the same bytes.
 */
export function createCompany(seed: number): Company {
  const random = new Random(seed);
  const cast = createCast(random.fork('cast'));
  const changes = changesOf(random.fork('changes'), cast);
  const letters = conversations(random.fork('conversations'), cast, changes);
  const planned: Planned[] = [
    ...letters.planned,
    ...moneyMail(random.fork('money'), cast, changes).planned,
    ...bulkMail(random.fork('bulk'), cast),
    ...personalMail(random.fork('personal'), cast, changes),
    ...attacks(random.fork('attacks'), cast, changes, letters),
  ];
  const wire = random.fork('wire');
  const events = planned
    .filter((event) => momentOf(event) >= START && momentOf(event) < END)
    .sort((a, b) => momentOf(a) - momentOf(b))
    .map((event) => delivered(wire, event))
    .sort((a, b) => a.at - b.at);
  return { cast, events };
}

function momentOf(event: Planned): number {
  return event.kind === 'outbound' ? event.at : event.letter.at;
}

function delivered(random: Random, event: Planned): Event {
  if (event.kind === 'outbound') return event;
  const mail = deliver(random, event.letter);
  const at = mail.receivedAt.getTime();
  return event.story === 'attack'
    ? { kind: 'inbound', at, story: event.story, attack: event.attack, mail }
    : { kind: 'inbound', at, story: event.story, attack: null, mail };
}
