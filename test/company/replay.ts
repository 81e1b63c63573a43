import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import type { Decision } from '../../src/decision.ts';
import { DomainSet } from '../../src/evidence/lists/domain-set.ts';
import { inspect } from '../../src/inspect.ts';
import { keysOf, observationOf } from '../../src/reputation/learn.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import { lessonOf } from '../../src/reputation/outbound.ts';
import type { Observation, Reputation } from '../../src/reputation/reputation.ts';
import { openInstruments } from '../../src/service/instruments.ts';
import { type Cast, OWN_DOMAINS } from './cast.ts';
import type { Company } from './company.ts';
import { FREEMAIL } from './habits.ts';
import type { Event, Inbound } from './story.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The detector as it ships, for this company: its domains, its providers of free mail, its directors as protected people. */
export function companyConfig(people: string | null, model: string | null | 'shipped'): Config {
  const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
  return {
    ...config,
    identity: {
      ...config.identity,
      ownDomains: [...OWN_DOMAINS],
      people,
      localLists: join(import.meta.dirname, 'lists'),
    },
    detect: { ...config.detect, ...(model === 'shipped' ? {} : { model }) },
  };
}

/** The file of protected people that an administrator of the company would write: directors and head of finance. */
export function peopleFile({ own }: Cast): string {
  return own.people
    .filter(({ role }) => role === 'managing director' || role === 'head of finance')
    .map(({ name, address, role }) => `${name},${address},${role}\n`)
    .join('');
}

export interface Judged {
  readonly event: Inbound;
  readonly decision: Decision;
}

/**
 * Judges the company's mail in time order. With memory it learns from each decision before the next message, and from what the company
 * writes; and a legitimate message that was held is released by a person two hours later, as somebody misses it. Nobody ever reports
 * an attack. Without memory only what is from `judgedFrom` on is judged, as nothing is learned from the rest.
 */
export async function* replay(
  { events }: Company,
  config: Config,
  { memory, judgedFrom }: { readonly memory: boolean; readonly judgedFrom: number },
): AsyncGenerator<Judged> {
  const reputation = memory ? memoryReputation(config.reputation) : null;
  const instruments = await openInstruments(config, { reputation, resolver: null });
  const released: Feedback[] = [];
  const own = { ownDomains: new DomainSet(OWN_DOMAINS), freemail: new DomainSet(FREEMAIL) };
  try {
    for (const event of events) {
      if (event.kind === 'outbound') {
        if (reputation !== null) learnOurs(reputation, event, own);
      } else if (memory || event.at >= judgedFrom) {
        while ((released[0]?.at.getTime() ?? Infinity) <= event.at) {
          const feedback = released.shift();
          if (feedback !== undefined) reputation?.observe(feedback);
        }
        const decision = await inspect(event.mail, instruments);
        reputation?.observe(observationOf(decision));
        if (event.attack === null && isHeld(decision)) released.push(releaseOf(decision));
        if (event.at >= judgedFrom) yield { event, decision };
      }
    }
  } finally {
    await instruments.close();
  }
}

type Feedback = Extract<Observation, { kind: 'feedback' }>;

/** Until somebody looks into the quarantine. */
const RELEASED_AFTER_MS = 7_200_000;

function isHeld({ verdict }: Decision): boolean {
  return verdict === 'quarantine' || verdict === 'reject';
}

function releaseOf(decision: Decision): Feedback {
  const at = new Date(decision.receivedAt.getTime() + RELEASED_AFTER_MS);
  return { kind: 'feedback', at, keys: keysOf(decision), bad: false };
}

function learnOurs(
  reputation: Reputation,
  { at, from, to }: Extract<Event, { kind: 'outbound' }>,
  own: Parameters<typeof lessonOf>[1],
): void {
  const lesson = lessonOf({ at: new Date(at), senders: [from], recipients: to, automatic: false }, own);
  if (lesson.kind === 'lesson') reputation.observe(lesson.observation);
}
