import { type BankAccount, bankAccount } from './bank.ts';
import { type Billing, type Cast, type Organization, type Person, person, stranger } from './cast.ts';
import { type Change, habitsAt } from './changes.ts';
import { atWork, DAYS, END, START } from './clock.ts';
import { fill, PHRASES, type Slots, slotsFor, write } from './compose.ts';
import { FREEMAIL, freemailHabits } from './habits.ts';
import { domainOf } from './letter.ts';
import type { Random } from './random.ts';
import type { Legitimate, Planned } from './story.ts';

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
const NEW_VENDORS = 14;
const NEW_HIRES = 9;
const REMINDED = 0.1;
/** Days on which a vendor announces another bank: one before the months that count, two within. */
const MOVES_ON = [58, 139, 163] as const;

export interface Bill {
  readonly organization: Organization;
  readonly account: BankAccount;
  readonly at: number;
}

/** Invoices of those we know, reminders, banks that change lawfully, first invoices of new vendors, accounts of people we owe money. */
export function moneyMail(
  random: Random,
  cast: Cast,
  changes: readonly Change[],
): { planned: Planned[]; bills: Bill[] } {
  const planned: Planned[] = [];
  const bills: Bill[] = [];
  const vendors = cast.partners.filter(({ billing }) => billing !== null);
  const moved = new Map(
    random
      .shuffled(vendors)
      .slice(0, MOVES_ON.length)
      .map((vendor, at) => [vendor, START + (MOVES_ON[at] ?? 0) * DAY_MS]),
  );
  for (const vendor of vendors) {
    const own = random.fork(vendor.domain);
    const bank = accountsOf(own, vendor, moved.get(vendor) ?? Infinity);
    if (bank.movesAt < END) planned.push(announcement(own, cast, vendor, bank, changes));
    for (const at of dueDates(own, vendor.billing)) {
      bills.push({ organization: vendor, account: bank.at(at), at });
      planned.push(...bill(own, cast, vendor, bank.at(at), at, 'invoice', changes));
    }
  }
  for (let at = 0; at < NEW_VENDORS; at++)
    planned.push(...newVendor(random.fork(`new vendor ${at}`), cast, at));
  for (let at = 0; at < NEW_HIRES; at++) planned.push(...newHire(random.fork(`new hire ${at}`), cast));
  return { planned, bills };
}

interface Bank {
  readonly movesAt: number;
  at(moment: number): BankAccount;
}

function accountsOf(random: Random, { billing, language }: Organization, movesAt: number): Bank {
  const next = bankAccount(random, language === 'de' ? 'DE' : 'GB');
  return { movesAt, at: (moment) => (moment >= movesAt || billing === null ? next : billing.account) };
}

function dueDates(random: Random, billing: Billing | null): number[] {
  if (billing === null) return [];
  const months = Math.floor(DAYS / MONTH_DAYS);
  return Array.from({ length: months * billing.monthly }, (_, at) => {
    const day = Math.floor((at / billing.monthly) * MONTH_DAYS) + random.between(0, 6);
    return atWork(random, START + day * DAY_MS + random.between(8, 15) * 3_600_000, 1);
  });
}

function clerkOf({ own }: Cast, random: Random): Person {
  return random.pick(
    own.people.filter(({ role }) => ['accounting', 'head of finance', 'purchasing'].includes(role)),
  );
}

function bill(
  random: Random,
  cast: Cast,
  vendor: Organization,
  account: BankAccount,
  at: number,
  story: Legitimate,
  changes: readonly Change[],
): Planned[] {
  const { billing, language } = vendor;
  if (billing === null) return [];
  const { invoice, reminder } = PHRASES[language];
  const us = clerkOf(cast, random);
  const slots: Slots = { ...slotsFor(random, language, at), firm: vendor.name };
  const draft = { language, from: billing.from, to: us, firm: vendor.name, slots };
  const bank = [fill(random.pick(invoice.bankHead), slots), ...account.lines];
  const text = write(random, {
    ...draft,
    core: [random.pick(invoice.texts), random.pick(invoice.terms)],
    ...(billing.inText && { lines: bank }),
  });
  const subject = fill(random.pick(invoice.subjects), slots);
  const letter = (moment: number, words: string, title: string, kind: Legitimate): Planned => {
    const { habits } = habitsAt(changes, vendor, billing.from, moment);
    const file = {
      name: `${slots.number ?? 'invoice'}.pdf`,
      text: [subject, slots.amount, ...account.lines].join(' '),
    };
    return {
      kind: 'inbound',
      story: kind,
      attack: null,
      letter: { at: moment, from: billing.from, to: [us.address], subject: title, text: words, habits, file },
    };
  };
  const late = atWork(random, at + random.between(31, 40) * DAY_MS, vendor.offset);
  const reminded = random.chance(REMINDED) && late < END;
  return [
    letter(at, text, subject, story),
    ...(random.chance(0.2)
      ? [{ kind: 'outbound', at: at + 4 * 3_600_000, from: us.address, to: [billing.from.address] } as const]
      : []),
    ...(reminded
      ? [
          letter(
            late,
            write(random, { ...draft, core: [random.pick(reminder)], terse: random.chance(0.3) }),
            subject,
            'reminder',
          ),
        ]
      : []),
  ];
}

function announcement(
  random: Random,
  cast: Cast,
  vendor: Organization,
  bank: Bank,
  changes: readonly Change[],
): Planned {
  const { language, billing, people } = vendor;
  const from = billing?.from ?? people[0];
  if (from === undefined) throw new Error('a vendor without people');
  const at = atWork(random, bank.movesAt, vendor.offset);
  const slots = { ...slotsFor(random, language, at), firm: vendor.name };
  const us = clerkOf(cast, random);
  const text = write(random, {
    language,
    from,
    to: us,
    firm: vendor.name,
    core: [random.pick(PHRASES[language].bankMoved)],
    slots,
    lines: bank.at(at).lines,
  });
  const subject = language === 'de' ? 'Neue Bankverbindung' : 'Our new bank details';
  const { habits } = habitsAt(changes, vendor, from, at);
  return {
    kind: 'inbound',
    story: 'announced new bank',
    attack: null,
    letter: { at, from, to: [us.address], subject, text, habits },
  };
}

/** We found them or they found us; the bank details are new because everything is. */
function newVendor(random: Random, cast: Cast, at: number): Planned[] {
  const vendor = stranger(random, at);
  const account = bankAccount(random, vendor.language === 'de' ? 'DE' : 'NL');
  const from = random.pick(vendor.people);
  const firm: Organization = {
    ...vendor,
    billing: { account, inText: random.chance(0.8), from, monthly: 0 },
  };
  const first = atWork(random, START + random.between(5, DAYS - 6) * DAY_MS, firm.offset);
  const us = clerkOf(cast, random);
  return [
    ...(random.chance(0.7)
      ? [{ kind: 'outbound', at: first - 3 * DAY_MS, from: us.address, to: [from.address] } as const]
      : []),
    ...bill(random, cast, firm, account, first, 'new vendor', []),
  ];
}

/** Personnel asks, and the account comes from a private mailbox. */
function newHire(random: Random, cast: Cast): Planned[] {
  const language = random.chance(0.6) ? 'de' : 'en';
  const from = person(random, language, random.pick(FREEMAIL), 'private', new Set());
  const personnel = cast.own.people.find(({ role }) => role === 'personnel') ?? clerkOf(cast, random);
  const at = atWork(random, START + random.between(5, DAYS - 4) * DAY_MS, 1);
  const slots = slotsFor(random, language, at);
  const lines = bankAccount(random, 'DE').lines;
  const text = write(random, {
    language,
    from,
    to: personnel,
    firm: '',
    core: [random.pick(PHRASES[language].ownBank)],
    slots,
    lines,
    terse: true,
  });
  const habits = freemailHabits(random, domainOf(from.address));
  const subject = language === 'de' ? 'Meine Bankverbindung' : 'My bank details';
  return [
    ...(random.chance(0.8)
      ? [{ kind: 'outbound', at: at - DAY_MS, from: personnel.address, to: [from.address] } as const]
      : []),
    {
      kind: 'inbound',
      story: 'own bank details',
      attack: null,
      letter: { at, from, to: [personnel.address], subject, text, habits },
    },
  ];
}
