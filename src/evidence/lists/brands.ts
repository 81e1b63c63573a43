import { skeleton } from '../names/confusables.ts';
import { isCountrySuffix, partsOf } from '../names/organization.ts';
import { Phrases } from '../text/phrases.ts';
import { wordsOf } from '../text/words.ts';
import { type DomainSet, domainsAbove } from './domain-set.ts';
import { hostOf, ListError, type ListLine, readList } from './list-file.ts';

export interface Brand {
  readonly name: string;
  readonly domains: readonly string[];
}

/** One way to say a brand. `ordinary`: also a word or surname, so it says nothing on its own. */
interface BrandName {
  readonly brand: Brand;
  readonly ordinary: boolean;
}

/** A display name or subject is short; the rest of a long one is not read by people either. */
const CLAIM_WORDS = 40;

/** Words that may stand beside an ordinary word and still leave it a brand: "Chase Alert", "Apple Support". */
const SERVICE_WORDS = new Set(
  `account accounts admin alert alerts app bank banking billing business by card care center centre client customer
  customers delivery desk email express for from hello help helpdesk id inc info invoice invoices kundenservice ltd mail
  member message my news noreply no reply notification notifications notice official on online order orders pay payment
  payments platform post rewards secure security service services shop sign store support team the update updates verify via
  konto kunden sicherheit servicio cliente clientes seguridad soporte servizio clienti sicurezza compte securite
  assistance atendimento suporte klantenservice gmbh llc co com de uk us`.split(/\s+/),
);

/** The brands that attackers like to be, and who may speak for them. */
export class Brands {
  readonly all: readonly Brand[];
  /** Labels and names in one word that stand for the brand and nothing else, by skeleton. */
  readonly distinctive: ReadonlyMap<string, Brand>;
  readonly #owners: ReadonlyMap<string, Brand>;
  readonly #names = new Phrases<BrandName>();
  readonly #suspiciousTlds: DomainSet;

  constructor(lines: readonly ListLine[], suspiciousTlds: DomainSet) {
    const distinctive = new Map<string, Brand>();
    const owners = new Map<string, Brand>();
    this.all = lines.map((line) => {
      const { brand, names, labels } = readBrand(line);
      for (const domain of brand.domains) owners.set(domain, brand);
      for (const { text, ordinary } of names) this.#names.add(claimWords(text), { brand, ordinary });
      for (const label of labels) if (!distinctive.has(label)) distinctive.set(label, brand);
      return brand;
    });
    this.distinctive = distinctive;
    this.#owners = owners;
    this.#suspiciousTlds = suspiciousTlds;
  }

  static load(path: string, suspiciousTlds: DomainSet): Brands {
    return new Brands(readList(path), suspiciousTlds);
  }

  /** The brand that a host belongs to by the list. */
  ownerOf(host: string): Brand | null {
    for (const domain of domainsAbove(host)) {
      const owner = this.#owners.get(domain);
      if (owner !== undefined) return owner;
    }
    return null;
  }

  /** May the host speak for the brand? Its listed domains may, and its name under a country that is not on the bad list. */
  fits(brand: Brand, host: string): boolean {
    if (this.ownerOf(host) === brand) return true;
    const { label, suffix } = partsOf(host);
    if (label === '' || !isCountrySuffix(suffix) || this.#suspiciousTlds.has(suffix)) return false;
    return brand.domains.some((domain) => domain.startsWith(`${label}.`));
  }

  /** Brands that a short text (display name, subject) names, disguised spellings included. */
  namedIn(text: string): Brand[] {
    const words = claimWords(text);
    const found = new Set<Brand>();
    this.#names.scan(words, (name, start, end) => {
      const alone = () => words.every((word, at) => (at >= start && at < end) || SERVICE_SKELETONS.has(word));
      if (!name.ordinary || alone()) found.add(name.brand);
    });
    return [...found];
  }
}

const SERVICE_SKELETONS = new Set([...SERVICE_WORDS].map(skeleton));

function claimWords(text: string): string[] {
  return wordsOf(text, CLAIM_WORDS).map(skeleton);
}

interface BrandLine {
  readonly brand: Brand;
  readonly names: readonly { text: string; ordinary: boolean }[];
  readonly labels: readonly string[];
}

/** A label shorter than this is found in too many names that have nothing to do with it. */
const SHORTEST_LABEL = 3;

function readBrand({ text, at }: ListLine): BrandLine {
  const colon = text.indexOf(':');
  if (colon < 0) throw new ListError(`${at}: no ":" between names and domains`);
  const marked = (words: string[]) =>
    words
      .map((word) => word.trim())
      .map((word) => ({
        text: word.replace(/^~/, ''),
        ordinary: word.startsWith('~'),
      }));
  const names = marked(text.slice(0, colon).split(','));
  const domains = marked(
    text
      .slice(colon + 1)
      .trim()
      .split(/\s+/),
  ).map(({ text: domain, ordinary }) => ({
    domain: hostOf(domain, at),
    ordinary,
  }));
  const first = names[0];
  if (first === undefined || names.some((name) => name.text === ''))
    throw new ListError(`${at}: an empty name`);
  const labels = [
    ...domains.filter((domain) => !domain.ordinary).map(({ domain }) => partsOf(domain).label),
    ...names.filter((name) => !name.ordinary).map((name) => wordsOf(name.text, CLAIM_WORDS).join('')),
  ]
    .filter((label) => label.length >= SHORTEST_LABEL)
    .map(skeleton)
    .filter((label) => !names.some((name) => name.ordinary && skeleton(name.text) === label));
  return {
    brand: { name: first.text, domains: domains.map(({ domain }) => domain) },
    names,
    labels: [...new Set(labels)],
  };
}
