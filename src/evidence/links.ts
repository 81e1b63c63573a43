import type { Mail } from '../mail/mail.ts';
import type { Link, LinkSite, Message } from '../message/message.ts';
import type { AuthenticationFacts } from './authentication.ts';
import type { EvidenceSource } from './evidence.ts';
import { factsOf } from './evidence.ts';
import { type LinkContext, LinkJudge, type LinkLists } from './links/link-judge.ts';
import type { Lookalikes } from './names/lookalike.ts';
import { organizationOf } from './names/organization.ts';

export interface LinkFacts {
  /** Links to the web (http, https) that a person can follow: in text, anchors, forms, areas, attachments. */
  readonly count: number;
  readonly distinctDomains: number;
  readonly distinctHosts: number;
  /** Links whose registrable domain is that of From, share of the links with a host, 0 to 1; null without links. */
  readonly shareOfSender: number | null;
  /** The same for the domain that is vouched for; null where authentication is unknown, too. */
  readonly shareOfAuthenticated: number | null;
  /** Share of the links to any domain that passed SPF or DKIM, whether or not it is that of From. */
  readonly shareOfVouched: number | null;
  /** Share of the links to a party that the message names as its sender: From, who authenticated it, return path, list. */
  readonly shareOfRelated: number | null;
  /** Share of the links to the domains of listed brands. */
  readonly shareOfBrands: number | null;
  /** Share of the links to well-known organisations that let nobody else put pages there; null without links. */
  readonly popularShare: number | null;
  /** Share of the remote images from a related party; null without remote images. */
  readonly imagesOfRelated: number | null;
  /** Remote images fetched from a brand's domain in a message that is not the brand's. */
  readonly borrowedImages: number;
  /** Anchor text names one host and the link goes to another organisation. */
  readonly textTargetMismatch: number;
  readonly mismatchExample: string;
  readonly shorteners: number;
  readonly redirectors: number;
  readonly ipHosts: number;
  readonly punycodeHosts: number;
  readonly userinfo: number;
  readonly freeHosting: number;
  readonly fileSharing: number;
  readonly suspiciousTld: number;
  /** A brand's (or our own) name in a host that is not theirs. */
  readonly brandMisplaced: number;
  readonly brandExample: string;
  /** A brand's name in the path of a host that is not theirs. */
  readonly brandInPath: number;
  readonly nonStandardPort: number;
  /** Bits per character of the longest part of a path or query. */
  readonly maxPathEntropy: number;
  readonly maxHostLabels: number;
  readonly maxUrlLength: number;
  readonly recipientInUrl: boolean;
  readonly plainHttp: number;
  readonly dataOrScript: number;
  /** Web links that stand in QR codes. */
  readonly fromQr: number;
  readonly mailto: number;
  readonly telephone: number;
  /** Share of the web links in anchors or forms that go to the commonest domain; null without any. */
  readonly concentration: number | null;
  /** Distinct registrable domains of links, at most 32. */
  readonly domains: readonly string[];
  /** Paths that ask to log in, to confirm or to verify. */
  readonly loginPaths: number;
  /** Paths inside the software of a site, where intruders put their pages. */
  readonly insideSite: number;
  /** Links straight to a program or an archive. */
  readonly downloads: number;
  /** Distinct hosts with path, query left out. */
  readonly distinctTargets: number;
  /** The domain that most links go to is that of no related party and of no listed brand; null without links. */
  readonly mainForeign: boolean | null;
  /** Distinct hosts whose registered name looks made by a machine. */
  readonly randomHosts: number;
  /** Distinct hosts whose registered name is a department with hyphens ("secure-login.example"). */
  readonly serviceWordHosts: number;
  /** The first thing about a link worth telling a person: what and where; ''. */
  readonly oddHost: string;
}

export interface LinksOptions {
  readonly lists: LinkLists;
  readonly lookalikes: Lookalikes;
}

/** Domains kept as evidence. A mail with more is a catalogue; the counts still see all. */
const KEPT_DOMAINS = 32;
/** Sites where a person can follow a link. */
const FOLLOWED = new Set<LinkSite>(['text', 'anchor', 'form', 'area', 'meta', 'script', 'attachment', 'qr']);

/** Where a message leads. */
export function linksSource(options: LinksOptions): EvidenceSource<'links'> {
  return {
    name: 'links',
    onFailure: 'open',
    gather(mail, message, before) {
      const sender = factsOf(before.sender);
      const authentication = factsOf(before.authentication);
      const authenticated = organizationOf(authentication?.authenticatedDomain ?? '');
      const context: LinkContext = {
        sender: sender?.fromOrganization ?? '',
        authenticated: authentication === null || authentication.source === 'unknown' ? null : authenticated,
        vouched: vouchedParties(authentication, authenticated),
        related: relatedParties(mail, message, [
          sender?.fromDomain ?? '',
          authenticated,
          authentication?.spfDomain ?? '',
          ...(authentication?.dkimDomains ?? []),
        ]),
        recipients: mail.envelope.rcptTo.map((recipient) => recipient.toLowerCase()),
      };
      const judge = new LinkJudge(context, options.lists, options.lookalikes);
      for (const link of message.links) add(judge, link);
      return judge.facts(KEPT_DOMAINS);
    },
  };
}

function add(judge: LinkJudge, link: Link): void {
  const web = link.scheme === 'http' || link.scheme === 'https';
  if (web && FOLLOWED.has(link.where)) judge.addWeb(link);
  else if (web && link.where === 'image') judge.addImage(link);
  else if (!web) judge.addOther(link);
}

function vouchedParties(facts: AuthenticationFacts | null, authenticated: string): ReadonlySet<string> {
  const spf = facts?.spf === 'pass' ? facts.spfDomain : '';
  const vouched = new Set([authenticated, ...[spf, ...(facts?.dkimDomains ?? [])].map(organizationOf)]);
  vouched.delete('');
  return vouched;
}

/** Organisations that the message itself names as its sender or mailer. */
function relatedParties(mail: Mail, message: Message, domains: readonly string[]): ReadonlySet<string> {
  const { mailFrom } = mail.envelope;
  const unsubscribe = message.links.filter((link) => link.where === 'header').map((link) => link.host);
  const returnPath = mailFrom === null ? '' : mailFrom.slice(mailFrom.lastIndexOf('@') + 1).toLowerCase();
  const related = new Set([...domains, returnPath, ...unsubscribe].map(organizationOf));
  related.delete('');
  return related;
}
