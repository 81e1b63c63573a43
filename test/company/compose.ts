import type { Language, Person } from './cast.ts';
import { FIRST_NAMES } from './names.ts';
import type { Random } from './random.ts';
import { ENGLISH } from './wording/english.ts';
import { GERMAN } from './wording/german.ts';
import type { Phrases } from './wording/phrases.ts';

export const PHRASES: Readonly<Record<Language, Phrases>> = { en: ENGLISH, de: GERMAN };

const PRODUCTS = {
  en: [
    'lens mounts',
    'beam splitters',
    'flange rings',
    'filter wheels',
    'test stand',
    'coating chamber',
    'collimator',
    'cable sets',
    'optical bench',
    'adapter plates',
    'housings',
    'calibration kit',
  ],
  de: [
    'Linsenhalter',
    'Strahlteiler',
    'Flanschringe',
    'Filterräder',
    'den Prüfstand',
    'die Beschichtungsanlage',
    'den Kollimator',
    'Kabelsätze',
    'die optische Bank',
    'Adapterplatten',
    'Gehäuse',
    'den Kalibriersatz',
  ],
} as const;
const PLACES = [
  'Bremen',
  'Kassel',
  'Linz',
  'Leeds',
  'Utrecht',
  'Aarhus',
  'Graz',
  'Cork',
  'Ulm',
  'Porto',
  'Brno',
  'Dayton',
  'Singapore',
  'Jena',
] as const;
const DAYS = {
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  de: ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag'],
} as const;
const DAY_MS = 86_400_000;

export type Slots = Readonly<Record<string, string>>;

/** What is spoken of in one message: numbers, dates, things. */
export function slotsFor(random: Random, language: Language, at: number): Slots {
  const german = language === 'de';
  const whole = random.between(1, 9) * 10 ** random.between(2, 4) + random.between(0, 999);
  const cents = random.digits(2);
  const grouped = String(whole).replace(/(?=(\d{3})+$)\B/g, german ? '.' : ',');
  const when = new Date(at + random.between(3, 40) * DAY_MS).toISOString();
  const [year, month, date] = [when.slice(0, 4), when.slice(5, 7), when.slice(8, 10)];
  const hour = random.between(8, 17);
  return {
    product: random.pick(PRODUCTS[language]),
    place: random.pick(PLACES),
    day: random.pick(DAYS[language]),
    date: german ? `${date}.${month}.${year}` : `${Number(date)}/${month}/${year}`,
    hour: german ? `${hour} Uhr` : `${hour}:${random.pick(['00', '15', '30'])}`,
    amount: german
      ? `${grouped},${cents} Euro`
      : `${random.pick(['EUR', 'EUR', 'GBP', 'USD'])} ${grouped}.${cents}`,
    number: `${random.pick(['', 'A-', 'R', '26-', 'INV', 'PO '])}${random.digits(random.between(4, 7))}`,
    other: random.pick(FIRST_NAMES[language]),
    count: String(random.between(11, 480)),
    small: String(random.between(2, 9)),
  };
}

export function fill(phrase: string, slots: Slots): string {
  return phrase.replace(/\{(\w+)\}/g, (whole, name: string) => slots[name] ?? whole);
}

export interface Draft {
  readonly language: Language;
  readonly from: Person;
  readonly to: Person;
  readonly firm: string;
  /** The point of the message: sentences with slots. */
  readonly core: readonly string[];
  readonly slots: Slots;
  /** Message that it answers, as text. */
  readonly quoted?: { readonly text: string; readonly by: Person; readonly at: number };
  /** Lines after the core, as they are. */
  readonly lines?: readonly string[];
  /** As from a phone or in haste: no opener, no aside, no signature. */
  readonly terse?: boolean;
}

/** A text as people write it: greeting, opener, the point, an aside, the end, and perhaps what it answers. */
export function write(random: Random, draft: Draft): string {
  const phrases = PHRASES[draft.language];
  const first = draft.to.name.split(' ')[0] ?? '';
  const slots = { ...draft.slots, first, full: draft.to.name, firm: draft.firm };
  const terse = draft.terse === true;
  const opener = terse ? '' : fill(random.pick(phrases.openers), slots);
  const aside = terse ? '' : fill(random.pick(phrases.asides), slots);
  const core = draft.core.map((sentence) => fill(sentence, slots));
  const said = [opener, ...core, aside].filter((part) => part !== '').map(capital);
  const paragraphs = [
    fill(terse && random.chance(0.5) ? '{first},' : random.pick(phrases.greetings), slots),
    said.join(random.chance(0.3) ? '\n' : ' '),
    ...(draft.lines === undefined ? [] : [draft.lines.join('\n')]),
    ...(terse ? [] : [fill(random.pick(phrases.closings), slots)]),
    signature(random, draft, phrases, terse),
    ...quote(random, draft, phrases),
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

function signature(random: Random, { from, firm }: Draft, { partings }: Phrases, terse: boolean): string {
  const parting = random.pick(partings);
  const name = random.chance(terse ? 0.8 : 0.25) ? (from.name.split(' ')[0] ?? from.name) : from.name;
  if (terse || random.chance(0.3)) return `${parting}\n${name}`;
  const phone = `+00 ${random.digits(3)} ${random.digits(6)}`;
  return `${parting}\n${name}\n\n${from.name}, ${from.role}\n${firm}\n${random.chance(0.7) ? phone : from.address}`;
}

function quote(random: Random, { quoted, language }: Draft, { quoteHead }: Phrases): string[] {
  if (quoted === undefined) return [];
  const date = new Date(quoted.at).toISOString().slice(0, 10);
  const head = fill(random.pick(quoteHead), {
    date: language === 'de' ? date.split('-').reverse().join('.') : date,
    full: quoted.by.name,
  });
  return [
    `${head}\n${quoted.text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n')}`,
  ];
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
