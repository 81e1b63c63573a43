import type { Link } from '../../message/message.ts';
import type { LinkFacts } from '../links.ts';
import { pathAndQuery } from '../lists/redirectors.ts';
import type { Lists } from '../lists.ts';
import type { Lookalikes } from '../names/lookalike.ts';
import { organizationOf } from '../names/organization.ts';
import { textNamesHost } from './anchor-text.ts';
import { type HostFacts, Hosts } from './hosts.ts';
import { pathKinds } from './path-kinds.ts';
import { holdsRecipient, spellings } from './recipients.ts';
import { EMPTY } from './tally.ts';
import { brandInPath, entropyOfLongestPart, hasStandardPort, hasUserinfo, nestedHost } from './url-shape.ts';

export type LinkLists = Pick<
  Lists,
  'brands' | 'shorteners' | 'fileSharing' | 'freeHosting' | 'suspiciousTlds' | 'redirectors' | 'popularity'
>;

/** Who the message is from, as far as links should agree with it. */
export interface LinkContext {
  readonly sender: string;
  /** Null where authentication is unknown; '' where nobody vouches. */
  readonly authenticated: string | null;
  readonly vouched: ReadonlySet<string>;
  readonly related: ReadonlySet<string>;
  /** Lower case. */
  readonly recipients: readonly string[];
}

/** A message with more distinct targets is a catalogue. */
const MOST_TARGETS = 256;

/** Looks at the links of one message, one by one, and sums up. */
export class LinkJudge {
  readonly #context: LinkContext;
  readonly #lists: LinkLists;
  readonly #hosts: Hosts;
  readonly #recipients: readonly string[];
  readonly #targets = new Set<string>();
  readonly #links = new Map<string, number>();
  readonly #n = { ...EMPTY };
  #maxPathEntropy = 0;
  #maxHostLabels = 0;
  #maxUrlLength = 0;
  #recipientInUrl = false;
  #mismatchExample = '';
  #brandExample = '';
  #oddHost = '';

  constructor(context: LinkContext, lists: LinkLists, lookalikes: Lookalikes) {
    this.#context = context;
    this.#recipients = spellings(context.recipients);
    this.#lists = lists;
    this.#hosts = new Hosts(lists, lookalikes);
  }

  addWeb(link: Link): void {
    this.#n.count++;
    if (link.where === 'qr') this.#n.fromQr++;
    const sent = this.#unwrapped(link);
    if (sent === null) return;
    const { url, host } = sent;
    const facts = this.#hosts.look(host);
    if (facts.organization !== '' || facts.ip) this.#countDomain(facts.organization || host);
    this.#agreement(facts);
    this.#hostKinds(facts);
    this.#shape(url, facts);
    this.#text(link.text, facts);
  }

  addImage(link: Link): void {
    const facts = this.#hosts.look(link.host);
    const related = this.#context.related.has(facts.organization);
    this.#n.images++;
    if (related) this.#n.imagesOfRelated++;
    else if (facts.brand && !facts.freeHosting && !facts.fileSharing) this.#n.borrowedImages++;
  }

  /** Links without a host on the web. Only what runs or calls counts; images in the mail itself do not. */
  addOther(link: Link): void {
    if (link.scheme === 'mailto') this.#n.mailto++;
    else if (link.scheme === 'tel') this.#n.telephone++;
    else if (link.scheme === 'javascript' || link.scheme === 'vbscript') this.#n.dataOrScript++;
    else if (link.scheme === 'data' && link.where !== 'image' && link.where !== 'style')
      this.#n.dataOrScript++;
  }

  /**
   * A mail security service's wrapping is not the sender's doing: the address inside is what was sent. Null where it
   * cannot be read.
   */
  #unwrapped(link: Link): { url: string; host: string } | null {
    const led = this.#lists.redirectors.match(link.host, link.url);
    if (led === null) {
      const nested = nestedHost(link.url);
      if (nested !== '' && organizationOf(nested) !== organizationOf(link.host)) {
        this.#redirects(link.host);
        this.#hostKinds(this.#hosts.look(nested));
      }
      return link;
    }
    if (!led.wrapper) {
      this.#redirects(link.host);
      this.#led(led.target);
      return link;
    }
    const host = hostOfUrl(led.target);
    return host === '' ? null : { url: led.target, host };
  }

  /** Where a redirector leads is where the reader ends up: its host counts for what it is. */
  #led(target: string): void {
    const host = hostOfUrl(target);
    if (host === '') return;
    const facts = this.#hosts.look(host);
    this.#hostKinds(facts);
    const kinds = pathKinds(pathAndQuery(target));
    if (kinds.login) this.#n.loginPaths++;
    if (kinds.download) this.#n.downloads++;
  }

  #mainForeign(): boolean | null {
    const [main] = [...this.#links].sort(([, a], [, b]) => b - a);
    if (main === undefined) return null;
    const [domain] = main;
    return !this.#context.related.has(domain) && this.#lists.brands.ownerOf(domain) === null;
  }

  /** A related party's own click counter leads on, too, and is no trick. */
  #redirects(host: string): void {
    if (!this.#context.related.has(organizationOf(host))) this.#n.redirectors++;
  }

  #countDomain(domain: string): void {
    this.#links.set(domain, (this.#links.get(domain) ?? 0) + 1);
  }

  #agreement({ organization, brand, popular }: HostFacts): void {
    const { sender, authenticated, related, vouched } = this.#context;
    if (organization === '') return;
    if (organization === sender) this.#n.ofSender++;
    if (organization === authenticated) this.#n.ofAuthenticated++;
    if (vouched.has(organization)) this.#n.ofVouched++;
    if (related.has(organization)) this.#n.ofRelated++;
    if (brand) this.#n.ofBrands++;
    if (popular) this.#n.ofPopular++;
  }

  #hostKinds(facts: HostFacts): void {
    const n = this.#n;
    if (facts.ip) n.ipHosts++;
    if (facts.punycode) n.punycodeHosts++;
    if (facts.shortener) n.shorteners++;
    if (facts.freeHosting) n.freeHosting++;
    if (facts.fileSharing) n.fileSharing++;
    if (facts.suspiciousTld) n.suspiciousTld++;
    if (facts.double !== '') {
      n.brandMisplaced++;
      this.#brandExample ||= `${facts.host} (${facts.double})`;
    }
    if (!this.#context.related.has(facts.organization)) {
      const odd = facts.ip || facts.shortener || facts.freeHosting || facts.suspiciousTld || facts.punycode;
      if (odd) this.#oddHost ||= facts.host;
    }
  }

  #shape(url: string, facts: HostFacts): void {
    const n = this.#n;
    if (url.startsWith('http:')) n.plainHttp++;
    if (hasUserinfo(url)) n.userinfo++;
    if (!hasStandardPort(url)) n.nonStandardPort++;
    const rest = pathAndQuery(url);
    const kinds = pathKinds(rest);
    if (kinds.login) n.loginPaths++;
    if (kinds.insideSite) n.insideSite++;
    if (kinds.download) n.downloads++;
    if (this.#targets.size < MOST_TARGETS) this.#targets.add(`${facts.host}${rest.split(/[?#]/, 1)[0]}`);
    if (facts.double === '' && !facts.brand && brandInPath(rest, this.#lists.brands)) n.brandInPath++;
    this.#maxPathEntropy = Math.max(this.#maxPathEntropy, entropyOfLongestPart(rest));
    this.#maxUrlLength = Math.max(this.#maxUrlLength, url.length);
    if (!facts.ip) this.#maxHostLabels = Math.max(this.#maxHostLabels, facts.host.split('.').length);
    this.#recipientInUrl ||= holdsRecipient(rest, this.#recipients);
  }

  /** The text names one organisation and the link goes to another, unless it goes to the mailer of the one that is named. */
  #text(text: string | null, facts: HostFacts): void {
    const named = text === null ? '' : textNamesHost(text);
    if (named === '') return;
    const organization = organizationOf(named);
    if (organization === facts.organization || organization === '') return;
    const { sender, related } = this.#context;
    if (organization === sender && related.has(facts.organization)) return;
    this.#n.textTargetMismatch++;
    this.#mismatchExample ||= `${named} > ${facts.host}`;
  }

  /** The sum; `keep` domains at most are named. */
  facts(keep: number): LinkFacts {
    const {
      ofSender,
      ofAuthenticated,
      ofVouched,
      ofRelated,
      ofBrands,
      ofPopular,
      images,
      imagesOfRelated,
      ...counts
    } = this.#n;
    const share = (part: number, all: number) => (all === 0 ? null : part / all);
    return {
      ...counts,
      shareOfSender: share(ofSender, counts.count),
      shareOfAuthenticated:
        this.#context.authenticated === null ? null : share(ofAuthenticated, counts.count),
      shareOfVouched: share(ofVouched, counts.count),
      shareOfRelated: share(ofRelated, counts.count),
      shareOfBrands: share(ofBrands, counts.count),
      popularShare: share(ofPopular, counts.count),
      imagesOfRelated: share(imagesOfRelated, images),
      concentration: share(Math.max(0, ...this.#links.values()), counts.count),
      distinctTargets: this.#targets.size,
      mainForeign: this.#mainForeign(),
      randomHosts: this.#hosts.count(({ random }) => random),
      serviceWordHosts: this.#hosts.count(({ serviceWords, brand }) => serviceWords && !brand),
      distinctDomains: this.#links.size,
      distinctHosts: this.#hosts.size,
      mismatchExample: this.#mismatchExample,
      brandExample: this.#brandExample,
      oddHost: this.#oddHost,
      maxPathEntropy: this.#maxPathEntropy,
      maxHostLabels: this.#maxHostLabels,
      maxUrlLength: this.#maxUrlLength,
      recipientInUrl: this.#recipientInUrl,
      domains: [...this.#links.keys()].slice(0, keep),
    };
  }
}

function hostOfUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase().replace(/\.$/, '') : '';
}
