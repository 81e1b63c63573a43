import type { Config } from '../config/schema.ts';
import type { Mail } from '../mail/mail.ts';
import { DnsError } from './dns/answer.ts';
import type { Resolver } from './dns/resolver.ts';
import type { Session } from './dns/session.ts';
import { reversedAddress, Zone } from './dns-lists/zone.ts';
import { type Evidence, type EvidenceSource, factsOf } from './evidence.ts';

export interface DnsListsFacts {
  /** What is listed where. `what` is the client's address or a domain, `answer` the addresses that say so. */
  readonly hits: readonly DnsListHit[];
  /** Zones that list the client. */
  readonly clientZones: readonly string[];
  /** Zones that list the organisation of From. */
  readonly fromZones: readonly string[];
  /** Domains of links that are listed. */
  readonly linkDomains: readonly string[];
  /** Questions asked. */
  readonly asked: number;
  /** Questions that got no answer, or one that is no opinion (the zone refuses us, or is no list any more). */
  readonly unanswered: number;
  /** What is wrong with the first of them: `zone: why`; ''. */
  readonly trouble: string;
}

export interface DnsListHit {
  readonly zone: string;
  readonly what: string;
  readonly answer: string;
}

export interface DnsListsOptions {
  readonly settings: Config['dnsLists'];
  /** Null never asks DNS. */
  readonly resolver: Resolver | null;
}

/** Domains of links that are asked about, those of most mail. A flood of links must not be a flood of questions. */
const LINK_DOMAINS = 16;

type Subject = 'client' | 'from' | 'link';

interface Question {
  readonly about: Subject;
  readonly what: string;
  readonly name: string;
  readonly zone: Zone;
}

/**
 * What DNS lists say of the client, the organisation of From and the domains of links. None is asked by default. Costs
 * one round trip: all questions go out at once.
 */
export function dnsListsSource({ settings, resolver }: DnsListsOptions): EvidenceSource<'dnsLists'> {
  const clients = settings.clients.map((zone) => new Zone(zone));
  const domains = settings.domains.map((zone) => new Zone(zone));
  return {
    name: 'dnsLists',
    onFailure: 'open',
    shortfall: ({ unanswered, asked, trouble }) =>
      unanswered === 0
        ? null
        : {
            reason: 'unavailable',
            detail: `${unanswered} of ${asked} questions without an opinion; ${trouble}`,
          },
    async gather(mail, _message, before) {
      if (resolver === null) return NOTHING_ASKED;
      const all = [...clientQuestions(mail, clients), ...domainQuestions(before, domains)];
      const questions = all.slice(0, settings.questions);
      if (questions.length === 0) return NOTHING_ASKED;
      const session = resolver.session({ timeoutMs: settings.timeoutMs, maxQuestions: questions.length });
      try {
        return factsFrom(await Promise.all(questions.map((question) => ask(session, question))));
      } finally {
        session.close();
      }
    },
  };
}

const NOTHING_ASKED: DnsListsFacts = factsFrom([]);

function clientQuestions({ envelope }: Mail, zones: readonly Zone[]): Question[] {
  const reversed = envelope.clientIp === null ? null : reversedAddress(envelope.clientIp);
  if (reversed === null) return [];
  const what = envelope.clientIp ?? '';
  return zones.map((zone) => ({ about: 'client', what, name: `${reversed}.${zone.name}`, zone }));
}

/** Domain by domain, so that a bound on questions leaves out the last links and not the last zones. */
function domainQuestions(before: Partial<Evidence>, zones: readonly Zone[]): Question[] {
  const from = factsOf(before.sender)?.fromOrganization ?? '';
  const links = (factsOf(before.links)?.domains ?? []).filter((domain) => domain !== from);
  const subjects: (readonly [Subject, string])[] = [
    ...(from === '' ? [] : [['from', from] as const]),
    ...links.slice(0, LINK_DOMAINS).map((domain) => ['link', domain] as const),
  ];
  return subjects.flatMap(([about, what]) => {
    const name = nameInZone(what);
    return name === null ? [] : zones.map((zone) => ({ about, what, name: `${name}.${zone.name}`, zone }));
  });
}

/** A link to a bare IPv4 address is asked as such addresses are; the lists of domains know no IPv6. */
function nameInZone(host: string): string | null {
  if (host.includes(':')) return null;
  return /^\d+(?:\.\d+){3}$/.test(host) ? reversedAddress(host) : host;
}

type Opinion = Question & { readonly hits: readonly string[]; readonly trouble: string };

async function ask(session: Session, question: Question): Promise<Opinion> {
  const { zone } = question;
  try {
    const records = await session.ask(question.name, 'A');
    const answers = records.filter((record) => typeof record === 'string');
    const readings = answers.map((answer) => zone.read(answer));
    const hits = answers.filter((_, index) => readings[index] === 'hit');
    const refusal = answers[readings.indexOf('refused')];
    const refused = hits.length === 0 && refusal !== undefined;
    return { ...question, hits, trouble: refused ? `${zone.name}: answered ${refusal}` : '' };
  } catch (error) {
    if (!(error instanceof DnsError)) throw error;
    const isUnlisted = error.code === 'ENOTFOUND' || error.code === 'ENODATA';
    return { ...question, hits: [], trouble: isUnlisted ? '' : `${zone.name}: ${error.code}` };
  }
}

function factsFrom(opinions: readonly Opinion[]): DnsListsFacts {
  const listed = opinions.filter(({ hits }) => hits.length > 0);
  const troubled = opinions.filter(({ trouble }) => trouble !== '');
  const about = (subject: Subject) => listed.filter((opinion) => opinion.about === subject);
  return {
    hits: listed.map(({ zone, what, hits }) => ({ zone: zone.name, what, answer: hits.join(' ') })),
    clientZones: about('client').map(({ zone }) => zone.name),
    fromZones: about('from').map(({ zone }) => zone.name),
    linkDomains: [...new Set(about('link').map(({ what }) => what))],
    asked: opinions.length,
    unanswered: troubled.length,
    trouble: troubled[0]?.trouble ?? '',
  };
}
