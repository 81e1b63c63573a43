import { domainToASCII } from 'node:url';
import { organizationOf, partsOf } from '../names/organization.ts';

/** Lists that a published one may feed, and their files. */
export const IMPORTS = {
  popular: 'popular.txt',
  freemail: 'freemail.txt',
  disposable: 'disposable.txt',
  shorteners: 'shorteners.txt',
  'suspicious-tlds': 'suspicious-tlds.txt',
} as const;

export type ImportKind = keyof typeof IMPORTS;

export interface Imported {
  /** Lines for the file, without repetitions: `rank,domain` in the order of ranks, or domains as they came. */
  readonly lines: readonly string[];
  /** The first wrong lines, and how many there are. */
  readonly wrong: readonly { readonly line: number; readonly why: string }[];
  readonly wrongCount: number;
  /** Lines that say something, wrong ones included. */
  readonly read: number;
}

/** Enough to see what is wrong with a file; a file of another kind is wrong in each of its million lines. */
const SHOWN_WRONG = 20;

/** Takes lines of a published list one by one, and keeps what our lists can hold. */
export class ListImport {
  readonly #kind: ImportKind;
  readonly #ranks = new Map<string, number | null>();
  readonly #wrong: { line: number; why: string }[] = [];
  #wrongCount = 0;
  #line = 0;
  #read = 0;

  constructor(kind: ImportKind) {
    this.#kind = kind;
  }

  add(text: string): void {
    this.#line++;
    const bare = text
      .replace(/^\uFEFF/, '')
      .replace(/(^|\s)#.*$/, '')
      .trim();
    if (bare === '' || (this.#line === 1 && isHeading(bare))) return;
    this.#read++;
    const entry = this.#kind === 'suspicious-tlds' ? readTld(bare) : readDomain(bare, this.#kind);
    if ('why' in entry) {
      this.#wrongCount++;
      if (this.#wrong.length < SHOWN_WRONG) this.#wrong.push({ line: this.#line, why: entry.why });
      return;
    }
    const known = this.#ranks.get(entry.name);
    if (known === undefined || (entry.rank !== null && (known === null || entry.rank < known))) {
      this.#ranks.set(entry.name, entry.rank);
    }
  }

  /** All that was kept; of popular domains the first `top`. */
  finish(top: number): Imported {
    const entries = [...this.#ranks];
    const popular = this.#kind === 'popular';
    if (popular) entries.sort(([, a], [, b]) => (a ?? Infinity) - (b ?? Infinity) || 0);
    const lines = (popular ? entries.slice(0, top) : entries).map(([name, rank]) =>
      popular && rank !== null ? `${rank},${name}` : name,
    );
    return { lines, wrong: this.#wrong, wrongCount: this.#wrongCount, read: this.#read };
  }
}

type Entry = { readonly name: string; readonly rank: number | null } | { readonly why: string };

/** A first line of names of columns. */
function isHeading(text: string): boolean {
  return /^"?(?:(?:global_?)?rank|domain|host|root_domain|tld)"?\s*(?:,|$)/i.test(text);
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** RFC 1035 section 2.3.4. */
const MAX_DOMAIN_LENGTH = 253;

/** `domain`, `rank,domain`, or the same in quotes; `*.` and dots around a domain are taken away. */
function readDomain(text: string, kind: ImportKind): Entry {
  const fields = text.split(/[,;\t]/).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
  const ranked = fields.length > 1 && /^\d+$/.test(fields[0] ?? '');
  const rank = ranked ? Number(fields[0]) : null;
  const written = (ranked ? fields[1] : fields[0]) ?? '';
  const domain = domainToASCII(written.replace(/^\*?\.|\.$/g, '')).toLowerCase();
  const labels = domain.split('.');
  if (domain.length > MAX_DOMAIN_LENGTH || labels.length < 2 || !labels.every((label) => LABEL.test(label)))
    return { why: `${JSON.stringify(written.slice(0, 80))} is no domain` };
  const organization = organizationOf(domain);
  if (organization === '') return { why: `${JSON.stringify(written)} is an address` };
  if (partsOf(domain).label === '')
    return { why: `${JSON.stringify(domain)} is a public suffix: below it is everybody` };
  if (rank !== null && (rank < 1 || rank > 999_999_999)) return { why: `${fields[0]} is no rank` };
  return { name: kind === 'popular' ? organization : domain, rank };
}

function readTld(text: string): Entry {
  const tld = domainToASCII(text.replace(/^\*?\./, '')).toLowerCase();
  return /^[a-z0-9-]{2,63}$/.test(tld)
    ? { name: tld, rank: null }
    : { why: `${JSON.stringify(text.slice(0, 80))} is no top-level domain` };
}
