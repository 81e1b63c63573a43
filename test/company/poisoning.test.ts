import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/schema.ts';
import type { Decision } from '../../src/decision.ts';
import { inspect } from '../../src/inspect.ts';
import { observationOf } from '../../src/reputation/learn.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import type { Reputation } from '../../src/reputation/reputation.ts';
import { type OpenInstruments, openInstruments } from '../../src/service/instruments.ts';
import { createCompany } from './company.ts';
import { FREEMAIL, freemailHabits, type Habits } from './habits.ts';
import { deliver, type Letter } from './letter.ts';
import { Random } from './random.ts';
import { companyConfig, peopleFile } from './replay.ts';

const DAY_MS = 86_400_000;
const ATTACKED_AT = Date.UTC(2026, 5, 10, 9);
const HARMLESS = 1_000;
/** The thousand messages come over so many days, and so do five whole judgements of them. */
const DAYS = 120;
const JUDGED = 5;

const { cast } = createCompany(2026);
const director = cast.own.people.find(({ role }) => role === 'managing director');
const clerk = cast.own.people.find(({ role }) => role === 'accounting');
if (director === undefined || clerk === undefined)
  throw new Error('a company without director or accounting');

let folder = '';
let config: Config;
let instruments: OpenInstruments;
/** The memory of the test at hand, under instruments that are the same for all. */
let remembered: Reputation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-poisoning-'));
  const people = join(folder, 'people.csv');
  await writeFile(people, peopleFile(cast));
  config = companyConfig(people, null);
  remembered = memoryReputation(config.reputation);
  const reputation = { lookup: (...asked: Parameters<Reputation['lookup']>) => remembered.lookup(...asked) };
  instruments = await openInstruments(config, { reputation, resolver: null });
});
afterAll(async () => {
  await instruments.close();
  await rm(folder, { recursive: true });
});

const habits = freemailHabits(new Random(1), FREEMAIL[0]);
const WRITES_FROM: Readonly<Record<string, { readonly address: string; readonly habits: Habits }>> = {
  'a free mailbox': { address: `office.direct@${FREEMAIL[0]}`, habits },
  'a domain of his own': {
    address: 'office@quiet-harbour.example',
    habits: { ...habits, helo: 'mail.quiet-harbour.example' },
  },
};

function letter(
  from: { address: string; habits: Habits },
  at: number,
  name: string,
  subject: string,
  text: string,
): Letter {
  return {
    at,
    from: { name, address: from.address },
    to: [clerk?.address ?? ''],
    subject,
    text,
    habits: from.habits,
  };
}

function attack(from: { address: string; habits: Habits }): Letter {
  const text =
    'Please prepare a payment of EUR 48,200.00 today, urgently and in confidence. I send the bank details at once.\n\nRegards';
  return letter(from, ATTACKED_AT, director?.name ?? '', 'Payment today', text);
}

const judge = (one: Letter) => inspect(deliver(new Random(3), one), instruments);

/** Lets the memory learn a thousand harmless messages of this sender to the one whom it attacks later. */
async function befriend(from: { address: string; habits: Habits }, name: string): Promise<void> {
  for (let round = 0; round < JUDGED; round += 1) {
    const at = ATTACKED_AT - (DAYS * (1 - round / JUDGED) + 1) * DAY_MS;
    const decision = await judge(
      letter(
        from,
        at,
        name,
        'Reading circle',
        'The reading circle meets on Thursday in the library. See you there.',
      ),
    );
    expect(decision.verdict).toBe('accept');
    for (let count = 0; count < HARMLESS / JUDGED; count += 1) {
      const receivedAt = new Date(at + (count * DAYS * DAY_MS) / HARMLESS);
      remembered.observe(observationOf({ ...decision, receivedAt }));
    }
  }
}

const GRAVITY = ['accept', 'tag', 'quarantine', 'reject'];
const gravity = ({ verdict }: Decision) => GRAVITY.indexOf(verdict);

describe.each(Object.entries(WRITES_FROM))('X4 who writes from %s, vouched for,', (_, from) => {
  it('is caught after a thousand harmless messages as he is without', async () => {
    remembered = memoryReputation(config.reputation);
    const fresh = await judge(attack(from));
    expect(fresh.verdict).toBe('quarantine');
    await befriend(from, 'Ada Quill');
    const later = await judge(attack(from));
    expect(later.evidence.reputation).toMatchObject({ facts: { authenticatedAddress: { known: true } } });
    expect(gravity(later)).toBeGreaterThanOrEqual(gravity(fresh));
    expect(later.assessment.score).toBeGreaterThanOrEqual(fresh.assessment.score);
  });
});

describe('X4 a forged copy of a sender whom we trust', () => {
  it('has no lower a score than mail of somebody unknown', async () => {
    remembered = memoryReputation(config.reputation);
    const friend = {
      address: 'iris.holm@alderbooks.example',
      habits: { ...habits, helo: 'mail.alderbooks.example' },
    };
    await befriend(friend, 'Iris Holm');
    remembered.observe({
      kind: 'outbound',
      at: new Date(ATTACKED_AT - 5 * DAY_MS),
      keys: [
        `wrote:${clerk.address}>${friend.address}`,
        `wrote:${friend.address}`,
        'wrotedomain:alderbooks.example',
      ],
    });
    const forged = { ...friend, habits: { ...friend.habits, vouching: 'nobody' as const } };
    const unknown = {
      address: 'iris.holm@elderwood.example',
      habits: { ...forged.habits, helo: 'mail.elderwood.example' },
    };
    const copy = await judge(attack(forged));
    const strange = await judge(attack(unknown));
    expect(copy.evidence.reputation).toMatchObject({ facts: { solicited: false, domain: { known: true } } });
    expect(copy.assessment.score).toBeGreaterThanOrEqual(strange.assessment.score);
    expect(gravity(copy)).toBeGreaterThanOrEqual(gravity(strange));
  });
});
