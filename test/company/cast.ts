import { type BankAccount, type BankCountry, bankAccount } from './bank.ts';
import { FREEMAIL, freemailHabits, type Habits, habitsOf } from './habits.ts';
import { FIRST_NAMES, ORGANIZATION_STEMS, SURNAMES, TRADES } from './names.ts';
import type { Random } from './random.ts';

export type Language = 'en' | 'de';

export interface Person {
  readonly name: string;
  readonly address: string;
  readonly role: string;
}

export interface Organization {
  readonly name: string;
  readonly domain: string;
  readonly language: Language;
  /** Hours east of Greenwich. */
  readonly offset: number;
  readonly people: readonly Person[];
  readonly habits: Habits;
  /** It sends invoices; null is a customer or a partner without. */
  readonly billing: Billing | null;
  /** Weight of its correspondence: few write much. */
  readonly weight: number;
}

export interface Billing {
  readonly account: BankAccount;
  /** Bank details stand in the mail, not only in the file. */
  readonly inText: boolean;
  readonly from: Person;
  /** Invoices a month. */
  readonly monthly: number;
}

export interface Cast {
  readonly own: Organization;
  readonly ownDomains: readonly string[];
  readonly partners: readonly Organization[];
  /** Private correspondents, each at a provider of free mail. */
  readonly private: readonly (Person & { readonly habits: Habits; readonly language: Language })[];
  readonly services: readonly Organization[];
}

export const OWN_DOMAINS = ['tarnfeld.example', 'tarnfeld-optik.example'] as const;
const PARTNERS = 30;
const PRIVATE = 14;
const SERVICES = 15;
const OWN_ROLES = [
  'managing director',
  'managing director',
  'head of finance',
  'accounting',
  'accounting',
  'personnel',
  'purchasing',
  'purchasing',
  'head of sales',
  'sales',
  'sales',
  'sales',
  'sales',
  'development',
  'development',
  'development',
  'development',
  'production',
  'production',
  'quality',
  'service',
  'service',
  'marketing',
  'logistics',
  'information technology',
  'assistant',
];
const PARTNER_ROLES = ['managing director', 'sales', 'project lead', 'accounting', 'support', 'logistics'];

/** The whole company and everybody it writes with. */
export function createCast(random: Random): Cast {
  const names = random.shuffled(ORGANIZATION_STEMS);
  const own = ownCompany(random.fork('own'));
  const partners = names
    .slice(0, PARTNERS)
    .map((stem, at) => partner(random.fork(`partner ${at}`), stem, at));
  const friends = Array.from({ length: PRIVATE }, (_, at) => friend(random.fork(`friend ${at}`)));
  const services = names
    .slice(PARTNERS, PARTNERS + SERVICES)
    .map((stem, at) => service(random.fork(`service ${at}`), stem, at));
  return { own, ownDomains: OWN_DOMAINS, partners, private: friends, services };
}

/** An organisation that nobody here has met: for first invoices, enquiries, and for who pretends to be one. */
export function stranger(random: Random, at: number): Organization {
  const stem = ORGANIZATION_STEMS[ORGANIZATION_STEMS.length - 1 - at] ?? random.pick(ORGANIZATION_STEMS);
  return partner(random, `${stem}${random.pick(['son', 'land', 'brook', 'field', 'au', 'werk'])}`, 50 + at);
}

function ownCompany(random: Random): Organization {
  const [domain] = OWN_DOMAINS;
  const used = new Set<string>();
  const people = OWN_ROLES.map((role) =>
    person(random, random.chance(0.6) ? 'de' : 'en', domain, role, used),
  );
  return {
    name: 'Tarnfeld Optik',
    domain,
    language: 'de',
    offset: 1,
    people,
    habits: habitsOf(random, domain, 0),
    billing: null,
    weight: 0,
  };
}

function partner(random: Random, stem: string, at: number): Organization {
  const language: Language = random.chance(0.5) ? 'de' : 'en';
  const trade = random.pick(TRADES[language]);
  const suffix = random.chance(0.85) ? 'example' : 'test';
  const domain = `${ascii(random.chance(0.5) ? stem : `${stem}-${trade.split(' ')[0]}`)}.${suffix}`;
  const used = new Set<string>();
  const roles = random.shuffled(PARTNER_ROLES).slice(0, random.between(2, 5));
  const people = roles.map((role) => person(random, language, domain, role, used));
  const sells = at % 3 !== 0;
  const [first] = people;
  if (first === undefined) throw new Error('an organisation without people');
  const clerk = people.find(({ role }) => role === 'accounting');
  const office = {
    name: `${stem} ${language === 'de' ? 'Buchhaltung' : 'Accounts'}`,
    address: `${language === 'de' ? 'rechnung' : 'accounts'}@${domain}`,
    role: 'accounting',
  };
  const country: BankCountry = language === 'de' ? 'DE' : random.pick(['GB', 'NL', 'US']);
  return {
    name: `${stem} ${trade}`,
    domain,
    language,
    offset: language === 'de' ? 1 : random.pick([0, 0, 1, -5, 8]),
    people,
    habits: habitsOf(random, domain, at + 1),
    billing: sells
      ? {
          account: bankAccount(random, country),
          inText: random.chance(0.6),
          from: clerk ?? office,
          monthly: random.between(1, 3),
        }
      : null,
    weight: 1 / (1 + (at % PARTNERS)) ** 0.8,
  };
}

function friend(random: Random): Cast['private'][number] {
  const language: Language = random.chance(0.6) ? 'de' : 'en';
  const domain = random.pick(FREEMAIL);
  const one = person(random, language, domain, 'private', new Set());
  return { ...one, language, habits: freemailHabits(random, domain) };
}

/** Shops, newsletters and services: one address that nobody answers. */
function service(random: Random, stem: string, at: number): Organization {
  const language: Language = random.chance(0.5) ? 'de' : 'en';
  const domain = `${ascii(stem)}.example`;
  const local = random.pick(['news', 'info', 'noreply', 'service', 'update']);
  const mailer = {
    header: ['X-Mailer', random.pick(['Rundpost 5', 'Sendwell Campaigns', 'Broadside 3.1'])],
    idHost: null,
    html: true,
  } as const;
  return {
    name: stem,
    domain,
    language,
    offset: 1,
    people: [{ name: stem, address: `${local}@${domain}`, role: 'service' }],
    habits: { ...habitsOf(random, domain, 60 + at), mailer, vouching: 'all' },
    billing: null,
    weight: 1 / (1 + at),
  };
}

/** A person whose address nobody else in the organisation has. */
export function person(
  random: Random,
  language: Language,
  domain: string,
  role: string,
  used: Set<string>,
): Person {
  for (;;) {
    const [first, last] = [random.pick(FIRST_NAMES[language]), random.pick(SURNAMES[language])];
    const local = `${ascii(first)}.${ascii(last)}`;
    if (used.has(local)) continue;
    used.add(local);
    return { name: `${first} ${last}`, address: `${local}@${domain}`, role };
  }
}

function ascii(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9-]/g, '');
}
