import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';

export interface NetworkTable {
  /** Autonomous system and country of an address; null where the table does not have it, or the text is no address. */
  find(ip: string): Network | null;
}

export interface Network {
  readonly asn: number;
  /** ISO 3166, two small letters; '' where the table does not say. */
  readonly country: string;
}

/** The whole internet has some 700,000 such ranges; a file of more is not what it should be. */
export const MOST_RANGES = 2_000_000;
/** A number of an autonomous system has 32 bits (RFC 6793). */
const MOST_ASN = 2 ** 32 - 1;
const COLUMNS = 4;

/** Ranges of one family by their first address. They do not overlap. */
class Ranges {
  readonly #firsts: BigUint64Array;
  readonly #lasts: BigUint64Array;
  readonly #networks: readonly Network[];

  constructor(given: readonly Range[], kind: Place['kind']) {
    const ranges = kind === 'ipv4' ? sorted(given) : apart(sorted(given));
    ranges.forEach((range, i) => {
      const before = ranges[i - 1];
      if (before !== undefined && range.first <= before.last)
        throw new Error(`line ${range.line}: overlaps with line ${before.line}`);
    });
    this.#firsts = BigUint64Array.from(ranges, ({ first }) => first);
    this.#lasts = BigUint64Array.from(ranges, ({ last }) => last);
    this.#networks = ranges.map(({ network }) => network);
  }

  find(address: bigint): Network | null {
    let low = 0;
    let high = this.#firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firsts[middle] ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const at = low - 1;
    return at >= 0 && address <= (this.#lasts[at] ?? 0n) ? (this.#networks[at] ?? null) : null;
  }
}

interface Range {
  readonly line: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly network: Network;
}

interface Place {
  readonly kind: 'ipv4' | 'ipv6';
  /** All of an IPv4 address; the first 64 bits of an IPv6 address, as nobody announces less (RFC 7454 section 6.1.3 filters longer ones). */
  readonly number: bigint;
}

/** The table in a file. Throws where it cannot be read or a line is wrong, with path and line. */
export function readNetworkTable(path: string): NetworkTable {
  try {
    return parseNetworkTable(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A table from tab-separated lines: first address, last address, number of the autonomous system, country; more columns are not read. */
export function parseNetworkTable(text: string): NetworkTable {
  const ranges: Record<Place['kind'], Range[]> = { ipv4: [], ipv6: [] };
  const known = new Map<string, Network>();
  let line = 0;
  for (const row of linesOf(text)) {
    line += 1;
    if (row.trim() === '' || row.startsWith('#')) continue;
    if (ranges.ipv4.length + ranges.ipv6.length >= MOST_RANGES)
      throw new Error(`line ${line}: more than ${MOST_RANGES} networks`);
    const { kind, first, last, network } = rangeOf(row, line);
    // Hundreds of thousands of ranges belong to some tens of thousands of networks.
    const name = `${network.asn} ${network.country}`;
    const same = known.get(name) ?? network;
    known.set(name, same);
    // Number 0 means that nobody announces it (RFC 7607).
    if (same.asn > 0) ranges[kind].push({ line, first, last, network: same });
  }
  const ipv4 = new Ranges(ranges.ipv4, 'ipv4');
  const ipv6 = new Ranges(ranges.ipv6, 'ipv6');
  return {
    find(ip) {
      const place = placeOf(ip);
      if (place === null) return null;
      return (place.kind === 'ipv4' ? ipv4 : ipv6).find(place.number);
    },
  };
}

function sorted(ranges: readonly Range[]): Range[] {
  return ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.line - b.line));
}

/** Two networks within the same 64 bits: the first has them. */
function apart(ranges: readonly Range[]): Range[] {
  const kept: Range[] = [];
  for (const range of ranges) {
    const before = kept.at(-1);
    if (before === undefined || range.first !== before.last) kept.push(range);
    else if (range.last > before.last) kept.push({ ...range, first: before.last + 1n });
  }
  return kept;
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    yield text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop);
    start = stop + 1;
  }
}

function rangeOf(row: string, line: number): Omit<Range, 'line'> & Pick<Place, 'kind'> {
  const [from = '', to = '', number = '', country = ''] = row.split('\t', COLUMNS).map((cell) => cell.trim());
  const first = placeOf(from);
  const last = placeOf(to);
  if (first === null) throw new Error(`line ${line}: not an address: ${JSON.stringify(from.slice(0, 60))}`);
  if (last === null) throw new Error(`line ${line}: not an address: ${JSON.stringify(to.slice(0, 60))}`);
  if (first.kind !== last.kind || last.number < first.number)
    throw new Error(`line ${line}: the last address is before the first, or of another kind`);
  const asn = /^(?:AS)?(\d{1,10})$/i.exec(number)?.[1];
  if (asn === undefined || Number(asn) > MOST_ASN)
    throw new Error(
      `line ${line}: not the number of an autonomous system: ${JSON.stringify(number.slice(0, 60))}`,
    );
  const code = /^[a-z]{2}$/i.test(country) ? country.toLowerCase() : '';
  return {
    kind: first.kind,
    first: first.number,
    last: last.number,
    network: { asn: Number(asn), country: code },
  };
}

function placeOf(ip: string): Place | null {
  if (!ipaddr.isValid(ip)) return null;
  const address = ipaddr.process(ip);
  const bytes = address.toByteArray().slice(0, 8);
  const number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { kind: address.kind(), number };
}
