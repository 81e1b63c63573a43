import { organizationOf, partsOf } from '../names/organization.ts';
import { hostOf, ListError, type ListLine } from './list-file.ts';

/** Ranks are coarse: nobody knows whether a domain is the 4,711th or the 5,000th, and the least step that means something is the first thousand. */
const LEAST_BUCKET = 1_000;

/** Domains that everybody knows, with how many are as well known. */
export class Popularity {
  readonly #ranks: ReadonlyMap<string, number>;

  /**
   * Lines of `rank,domain`, or of a domain alone: that only says that a domain is among as many as stand so. Throws ListError.
   */
  constructor(lines: readonly ListLine[]) {
    const ranks = new Map<string, number>();
    const entries = lines.map(readPopular);
    const unranked = entries.filter(({ rank }) => rank === null).length;
    for (const { domain, rank } of entries) {
      const known = ranks.get(domain);
      const place = rank ?? unranked;
      if (known === undefined || place < known) ranks.set(domain, place);
    }
    this.#ranks = ranks;
  }

  get size(): number {
    return this.#ranks.size;
  }

  /**
   * The host's organisation is among so many: 1,000, 10,000, 100,000 … Null where it is not listed. Pages of a hoster's
   * customers are not the hoster; an administration that has a suffix of its own (gov.uk) covers what is below it.
   */
  among(host: string): number | null {
    const organization = organizationOf(host);
    if (organization === '') return null;
    const rank = this.#ranks.get(organization) ?? this.#ranks.get(partsOf(host).suffix);
    return rank === undefined ? null : bucketOf(rank);
  }
}

function bucketOf(rank: number): number {
  let bucket = LEAST_BUCKET;
  while (bucket < rank) bucket *= 10;
  return bucket;
}

function readPopular({ text, at }: ListLine): { domain: string; rank: number | null } {
  const comma = text.indexOf(',');
  if (comma < 0) return { domain: hostOf(text, at), rank: null };
  const rank = text.slice(0, comma).trim();
  if (!/^[1-9]\d{0,8}$/.test(rank)) throw new ListError(`${at}: ${JSON.stringify(rank)} is no rank`);
  return { domain: hostOf(text.slice(comma + 1).trim(), at), rank: Number(rank) };
}
