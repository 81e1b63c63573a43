import type { Brands } from '../lists/brands.ts';
import { type DomainSet, domainsAbove } from '../lists/domain-set.ts';
import { skeleton, toLatin } from './confusables.ts';
import { withinEdits } from './edit-distance.ts';
import { partsOf, readable } from './organization.ts';

export interface LookalikeTargets {
  readonly own: readonly string[];
  readonly partners: readonly string[];
  readonly brands: Brands;
  /** Hosts that are nobody's double: mailbox providers, whatever they are called. */
  readonly innocent: DomainSet;
}

interface Target {
  readonly domain: string;
  readonly label: string;
  /** Ours or a partner's: there the same name under any other suffix is a double, too. */
  readonly ours: boolean;
}

/** One edit in a name shorter than this gives other people's names (visa and vista). */
const ONE_EDIT_FROM = 5;
/** Two edits still leave a name of this length recognisable. */
const TWO_EDITS_FROM = 9;
/** A name inside a longer word ("paypalsecurity"); shorter ones are parts of ordinary words. */
const INSIDE_FROM = 6;
/** A name between hyphens ("dhl-parcel"). */
const BETWEEN_HYPHENS_FROM = 3;

/** No name in DNS is longer (RFC 1035 section 2.3.4, as text). The work on a name grows with its square. */
const HOST_CHARS = 253;

/** Finds whose domain a host is made to look like: our own, a partner's or a brand's. */
export class Lookalikes {
  readonly #brands: Brands;
  readonly #innocent: DomainSet;
  readonly #trusted: ReadonlySet<string>;
  readonly #byLength = new Map<number, Target[]>();
  readonly #bySkeleton = new Map<string, Target>();
  readonly #domains: ReadonlySet<string>;

  constructor({ own, partners, brands, innocent }: LookalikeTargets) {
    this.#brands = brands;
    this.#innocent = innocent;
    this.#trusted = new Set([...own, ...partners].map((domain) => domain.toLowerCase()));
    for (const domain of this.#trusted) this.#add({ domain, label: partsOf(domain).label, ours: true });
    for (const brand of brands.all) {
      for (const domain of brand.domains) {
        const { label } = partsOf(domain);
        if (brands.distinctive.get(skeleton(label)) === brand) this.#add({ domain, label, ours: false });
      }
    }
    this.#domains = new Set([...this.#trusted, ...brands.all.flatMap((brand) => brand.domains)]);
  }

  #add(target: Target): void {
    if (target.label.length < BETWEEN_HYPHENS_FROM) return;
    const key = skeleton(target.label);
    if (!this.#bySkeleton.has(key)) this.#bySkeleton.set(key, target);
    const sameLength = this.#byLength.get(target.label.length) ?? [];
    sameLength.push(target);
    this.#byLength.set(target.label.length, sameLength);
  }

  /** Domain that the host's registered name looks like, '' for none. The domain itself is not its own double. */
  find(host: string): string {
    if (!host.includes('.') || host.length > HOST_CHARS || this.#isInnocent(host)) return '';
    const { label, suffix, knownSuffix } = partsOf(host);
    if (label === '' || !knownSuffix) return this.#domainInside(host);
    const seen = toLatin(readable(label));
    return (
      this.#same(host, seen) ||
      this.#edited(host, seen) ||
      this.#combined(host, seen) ||
      this.#domainInside(host.slice(0, -suffix.length - 1))
    );
  }

  /** As find, and names of brands in any label of the host ("paypal.login.evil.example"). For links. */
  findAnywhere(host: string): string {
    const found = this.find(host);
    if (found !== '' || host.length > HOST_CHARS || this.#isInnocent(host)) return found;
    const { label, suffix } = partsOf(host);
    const below = host.slice(0, Math.max(0, host.length - suffix.length - label.length - 2));
    for (const part of below.split('.')) {
      const hit = this.#combined(host, toLatin(readable(part)));
      if (hit !== '') return hit;
    }
    return '';
  }

  #isInnocent(host: string): boolean {
    if (this.#brands.ownerOf(host) !== null || this.#innocent.has(host)) return true;
    for (const domain of domainsAbove(host)) if (this.#trusted.has(domain)) return true;
    return false;
  }

  /** The target's domain unless the host is the brand's own under another country. */
  #unlessOwn(host: string, target: Target): string {
    if (target.ours) return target.domain;
    const owner = this.#brands.ownerOf(target.domain);
    return owner !== null && this.#brands.fits(owner, host) ? '' : target.domain;
  }

  #same(host: string, seen: string): string {
    const target = this.#bySkeleton.get(skeleton(seen));
    return target === undefined ? '' : this.#unlessOwn(host, target);
  }

  #edited(host: string, seen: string): string {
    for (let length = Math.max(ONE_EDIT_FROM, seen.length - 2); length <= seen.length + 2; length++) {
      for (const target of this.#byLength.get(length) ?? []) {
        const most = length >= TWO_EDITS_FROM ? 2 : 1;
        // Who forges a name keeps its first letter: readers see it first. Finance is not Binance.
        if (seen[0] !== target.label[0] || seen.length < ONE_EDIT_FROM) continue;
        if (withinEdits(seen, target.label, most)) return this.#unlessOwn(host, target);
      }
    }
    return '';
  }

  #combined(host: string, seen: string): string {
    for (const part of seen.split('-')) {
      const target = part.length >= BETWEEN_HYPHENS_FROM ? this.#bySkeleton.get(skeleton(part)) : undefined;
      if (target !== undefined) return this.#unlessOwn(host, target);
    }
    // Every head and tail of the label is looked up: HOST_CHARS bounds them. The letters must be the
    // target's own here: "meister" holds "elster" only for who takes i for l.
    for (let length = INSIDE_FROM; length < seen.length; length++) {
      for (const part of [seen.slice(0, length), seen.slice(-length)]) {
        const target = this.#bySkeleton.get(skeleton(part));
        if (target?.label === part) return this.#unlessOwn(host, target);
      }
    }
    return '';
  }

  /** "paypal.com" in "paypal.com.evil.example": people read from the left. */
  #domainInside(below: string): string {
    const labels = below.split('.', 16);
    for (let at = 0; at + 2 <= labels.length; at++) {
      for (const size of [2, 3]) {
        const domain = labels.slice(at, at + size).join('.');
        if (this.#domains.has(domain)) return domain;
      }
    }
    return '';
  }
}
