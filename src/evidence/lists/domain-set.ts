import { hostOf, readList } from './list-file.ts';

/** Domains of which the subdomains count, too. A lookup costs one hash per label. */
export class DomainSet {
  readonly #domains: ReadonlySet<string>;

  constructor(domains: Iterable<string>) {
    this.#domains = new Set(domains);
  }

  static load(path: string): DomainSet {
    return new DomainSet(readList(path).map((line) => hostOf(line.text, line.at)));
  }

  /** Is the host, or a domain above it, in the set? Host in lower case and ASCII form. */
  has(host: string): boolean {
    return this.find(host) !== '';
  }

  /** The listed domain that covers the host, '' where none does. */
  find(host: string): string {
    for (const domain of domainsAbove(host)) if (this.#domains.has(domain)) return domain;
    return '';
  }
}

/** DNS allows 127 labels; nobody needs more than a dozen, and each costs a lookup. */
const LABELS = 16;

/** The host itself, then each domain above it, the top-level domain last. */
export function* domainsAbove(host: string): Generator<string> {
  let rest = host;
  for (let labels = 0; labels < LABELS && rest !== ''; labels++) {
    yield rest;
    const dot = rest.indexOf('.');
    if (dot < 0) return;
    rest = rest.slice(dot + 1);
  }
}
