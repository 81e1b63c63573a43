import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FEATURES, measure } from '../../src/detect/features/schema.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { UNREMEMBERED } from '../../src/evidence/reputation.ts';
import type { Message } from '../../src/message/message.ts';
import { addressOf, attachmentOf, linkTo, messageOf } from '../evidence/message-factory.ts';
import { type Sent, story } from '../evidence/reputation-story.ts';
import { RULES } from './rules/shipped.ts';

const HARMLESS = 1_000;

/** Whom the company knows: a supplier who writes, is answered, and gives bank details. */
const SUPPLIER: Sent = {
  from: 'ines@alderbooks.example',
  name: 'Ines Alder',
  message: { text: 'Invoice 2290. Sort code 20-00-00 account 11111111' },
};

const TEXTS = [
  'Our bank details have changed. Please pay invoice 2291 urgently: sort code 20-00-00 account 22222222.',
  'Your account will be suspended. Please verify your account and confirm your password here.',
  'Are you available? I need a quick favour, and please keep it confidential.',
  'The minutes of our meeting are on the shelf.',
];

interface Attack extends Sent {
  readonly message: Partial<Message>;
}

const attack: fc.Arbitrary<Attack> = fc
  .record({
    from: fc.constantFrom(
      'desk@quick-office.example',
      'ines@a1derbooks.example',
      'ines@alderbooks.test',
      'ines.alder@gmail.com',
      'ole@alderbooks.example',
    ),
    name: fc.constantFrom('Ines Alder', 'Eve Stone', ''),
    vouched: fc.boolean(),
    ip: fc.constantFrom('192.0.2.7', '198.51.100.9'),
    recipients: fc.integer({ min: 1, max: 40 }),
    text: fc.constantFrom(...TEXTS),
    link: fc.boolean(),
    file: fc.boolean(),
    answers: fc.boolean(),
  })
  // Nobody vouches for a stranger at the supplier's own domain.
  .map(({ recipients, text, link, file, answers, vouched, from, ...rest }) => ({
    ...rest,
    from,
    vouched: vouched && !from.endsWith('@alderbooks.example'),
    to: Array.from({ length: recipients }, (_, i) => `p${i}@birch.example`),
    message: {
      text,
      links: link ? [linkTo('https://lantern-hall.example/check')] : [],
      attachments: file ? [attachmentOf('form.html', { realType: 'text/html' })] : [],
      replyTo: answers ? [addressOf('eve@ash.example')] : [],
    },
  }));

/** What he sends before: the attack itself as if it were harmless, or a plain note, as himself or as nobody. */
const before = fc.record({ plain: fc.boolean(), named: fc.boolean(), until: fc.constantFrom(0.001, 1, 20) });

const opinions = (sent: Attack, evidence: Evidence) =>
  RULES.judge({
    message: messageOf({ from: [addressOf(sent.from, sent.name)], ...sent.message }),
    evidence,
  }).findings.filter(({ detector }) => detector.startsWith('rule:memory_'));

it('X4 whatever a stranger sends a thousand times before, no rule or feature of the memory judges him milder', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(attack, before, fc.boolean(), async (sent, { plain, named, until }, learnsOurs) => {
      const { evidence, came, wrote } = story();
      await came(SUPPLIER, { times: 30, from: 200, until: 40 });
      if (learnsOurs) wrote(SUPPLIER.from, { times: 30, ago: 45 });
      const fresh = await evidence(sent);
      const harmless: Sent = {
        ...sent,
        ...(named ? {} : { name: 'Somebody Else' }),
        message: plain ? { text: TEXTS[3] ?? '' } : sent.message,
      };
      await came(harmless, { times: HARMLESS, from: 30, until });
      const later = await evidence(sent);

      const [first, then] = [opinions(sent, fresh), opinions(sent, later)];
      for (const { detector } of first) seen.add(detector);
      expect(then.filter(({ weight }) => weight < 0)).toEqual([]);
      expect(then.map(({ detector }) => detector)).toEqual(
        expect.arrayContaining(first.map(({ detector }) => detector)),
      );
      const [one, other] = [measure(fresh), measure(later)];
      FEATURES.forEach(({ name, group, direction }, at) => {
        if (group !== 'reputation' && group !== 'relationship') return;
        const grew = (other[at] ?? 0) - (one[at] ?? 0);
        if (direction === 'up') expect([name, grew >= 0 || Number.isNaN(grew)]).toEqual([name, true]);
        else expect([name, grew === 0]).toEqual([name, true]);
        expect(Number.isNaN(other[at])).toBe(Number.isNaN(one[at]));
      });
    }),
    { numRuns: 200 },
  );
  // Else the property says nothing.
  expect([...seen].sort()).toEqual(
    expect.arrayContaining([
      'rule:memory_double_of_correspondent',
      'rule:memory_name_known_elsewhere',
      'rule:memory_other_ending_about_money',
      'rule:memory_unsolicited_asks_for_money',
    ]),
  );
}, 120_000);

it('no rule of the memory fires without one, and no feature of it is a number', async () => {
  await fc.assert(
    fc.asyncProperty(attack, async (sent) => {
      const { evidence } = story();
      const failedNowhere = await evidence(sent);
      const unremembered: Evidence = {
        ...failedNowhere,
        reputation: { status: 'ok', facts: UNREMEMBERED },
      };
      expect(opinions(sent, unremembered)).toEqual([]);
      const values = measure(unremembered);
      FEATURES.forEach(({ name, group }, at) => {
        if (group !== 'reputation' && group !== 'relationship') return;
        expect([name, values[at]]).toEqual([name, Number.NaN]);
      });
    }),
    { numRuns: 20 },
  );
});
