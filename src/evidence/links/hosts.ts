import type { Lookalikes } from '../names/lookalike.ts';
import { organizationOf, partsOf } from '../names/organization.ts';
import { randomness } from '../names/random-name.ts';
import { hasServiceWords } from '../names/service-words.ts';
import type { LinkLists } from './link-judge.ts';

/** What a host is, by its name and the lists. */
export interface HostFacts {
  readonly host: string;
  readonly organization: string;
  readonly brand: boolean;
  /** Of a well-known organisation, and not where anybody puts a page, a file or a short link. */
  readonly popular: boolean;
  readonly shortener: boolean;
  readonly freeHosting: boolean;
  readonly fileSharing: boolean;
  readonly suspiciousTld: boolean;
  readonly punycode: boolean;
  readonly ip: boolean;
  /** Who registered it gave it a name that a machine made, or that of a department. */
  readonly random: boolean;
  readonly serviceWords: boolean;
  /** Domain that the host is made to look like, '' for none. */
  readonly double: string;
}

/** Distinct hosts whose names are compared with brands: the dearest look. A catalogue has fewer, a flood gets no more. */
const COMPARED_HOSTS = 256;
/** From here a name is called random. */
const RANDOM = 0.6;
const IP_HOST = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:.]*\]?)$/;

/** The hosts of one message, each looked into once. */
export class Hosts {
  readonly #lists: LinkLists;
  readonly #lookalikes: Lookalikes;
  readonly #known = new Map<string, HostFacts>();

  constructor(lists: LinkLists, lookalikes: Lookalikes) {
    this.#lists = lists;
    this.#lookalikes = lookalikes;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Distinct hosts that are so. */
  count(is: (facts: HostFacts) => boolean): number {
    let count = 0;
    for (const facts of this.#known.values()) if (is(facts)) count++;
    return count;
  }

  look(host: string): HostFacts {
    const known = this.#known.get(host);
    if (known !== undefined) return known;
    const lists = this.#lists;
    const ip = IP_HOST.test(host);
    const shortener = lists.shorteners.has(host);
    const freeHosting = lists.freeHosting.has(host);
    const fileSharing = lists.fileSharing.has(host);
    const anybodys = shortener || freeHosting || fileSharing;
    const facts: HostFacts = {
      host,
      organization: organizationOf(host),
      brand: lists.brands.ownerOf(host) !== null,
      popular: !anybodys && lists.popularity.among(host) !== null,
      shortener,
      freeHosting,
      fileSharing,
      suspiciousTld: lists.suspiciousTlds.has(partsOf(host).suffix),
      punycode: host.includes('xn--'),
      ip,
      random: !ip && randomness(partsOf(host).label) >= RANDOM,
      serviceWords: !ip && hasServiceWords(host),
      double: ip || this.#known.size >= COMPARED_HOSTS ? '' : this.#lookalikes.findAnywhere(host),
    };
    this.#known.set(host, facts);
    return facts;
  }
}
