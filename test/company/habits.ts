import type { Random } from './random.ts';

/** What mail of somebody looks like from outside. Changes of a life (changes.ts) replace parts of it for a time. */
export interface Habits {
  /** Addresses it comes from, any of them: one where a firm has a mail server, many where its mail is in a cloud. */
  readonly clientIps: readonly string[];
  readonly helo: string;
  readonly mailer: Mailer;
  readonly replyTo: string | null;
  readonly vouching: Vouching;
}

/** Program that writes the mail: its header, and how it makes Message-IDs and bodies. */
export interface Mailer {
  readonly header: readonly [string, string] | null;
  /** Host of Message-IDs; null is the sender's domain. */
  readonly idHost: string | null;
  readonly html: boolean;
}

/** Who vouches for the sender's domain: SPF, DKIM and DMARC; SPF alone; nobody. */
export type Vouching = 'all' | 'spf' | 'nobody';

/** Providers of free mail of this world; test/company/lists/freemail.txt has the same. */
export const FREEMAIL = [
  'postkasten.example',
  'freibrief.example',
  'mailmeadow.example',
  'letterloft.test',
] as const;

const CLOUD_NETWORKS = 12;
const PROVIDER_NETWORKS = 5;
const MAILERS: readonly Mailer[] = [
  { header: ['X-Mailer', 'Larkspur Mail 16.0'], idHost: null, html: true },
  { header: ['User-Agent', 'Thornbird/128.4'], idHost: null, html: false },
  { header: ['X-Mailer', 'Orchard Mail (2.3774)'], idHost: null, html: true },
  { header: null, idHost: 'eu.cloudoffice.example', html: true },
  { header: null, idHost: 'us.cloudoffice.example', html: true },
  { header: ['X-Mailer', 'Groupwerk 8.2 Build 1412'], idHost: null, html: false },
  { header: null, idHost: 'workspace-mail.example', html: true },
];
export const PHONE: Mailer = { header: ['X-Mailer', 'Pocket Mail (21F90)'], idHost: null, html: false };

/** Mail of a provider looks alike, whoever writes: by its pages or from a telephone, through any of its networks. */
export function freemailHabits(random: Random, domain: string): Habits {
  const provider = FREEMAIL.map(String).indexOf(domain);
  return {
    clientIps: Array.from(
      { length: PROVIDER_NETWORKS },
      (_, at) => `198.19.${10 + provider * PROVIDER_NETWORKS + at}.${20 + at}`,
    ),
    helo: `out-${random.between(1, 9)}.${domain}`,
    mailer: random.chance(0.3)
      ? { ...PHONE, idHost: domain }
      : { header: null, idHost: domain, html: random.chance(0.7) },
    replyTo: null,
    vouching: 'all',
  };
}

/** The habits of an organisation; each number has networks of its own. */
export function habitsOf(random: Random, domain: string, at: number): Habits {
  const mailer = random.pick(MAILERS);
  return {
    clientIps: clientIps(random, at, mailer),
    helo:
      mailer.idHost === null
        ? `${random.pick(['mail', 'mx1', 'smtp', 'out'])}.${domain}`
        : `out-${random.between(1, 40)}.${mailer.idHost}`,
    mailer,
    replyTo: null,
    vouching: random.weighed<Vouching>(
      ['all', 'spf', 'nobody'],
      (way) => ({ all: 0.7, spf: 0.15, nobody: 0.15 })[way],
    ),
  };
}

/** A cloud has many networks, which all its customers share; who has a server has one. */
export function clientIps(random: Random, network: number, mailer: Mailer): readonly string[] {
  if (mailer.idHost === null) return [clientIp(random, network)];
  const cloud = MAILERS.indexOf(mailer) * CLOUD_NETWORKS;
  return Array.from(
    { length: CLOUD_NETWORKS },
    (_, at) => `198.19.${100 + cloud + at}.${random.between(2, 250)}`,
  );
}

/** One network an organisation: of 198.18.0.0/15 (RFC 2544) or 2001:db8::/32 (RFC 3849), which no host on the Internet has. */
export function clientIp(random: Random, network: number): string {
  if (random.chance(0.8)) return `198.${18 + (network >> 8)}.${network & 255}.${random.between(2, 250)}`;
  return `2001:db8:${(network + 1).toString(16)}::${random.between(2, 250).toString(16)}`;
}

export function otherMailer(random: Random, mailer: Mailer): Mailer {
  return random.pick(MAILERS.filter((other) => other !== mailer));
}
