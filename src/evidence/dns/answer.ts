/** Record types that SPF, DKIM, DMARC and ARC ask for. */
export const RECORD_TYPES = ['A', 'AAAA', 'MX', 'PTR', 'TXT'] as const;

export type RecordType = (typeof RECORD_TYPES)[number];

/** Addresses and names are strings, a TXT record is a list of strings (RFC 1035 section 3.3.14). */
export type DnsRecord = string | string[] | { readonly exchange: string; readonly priority: number };

/**
 * What became of a question. `nothing`: the name or the type does not exist, and that is certain. `failed`: we do not
 * know (time-out, SERVFAIL, REFUSED …), which may be otherwise a moment later.
 */
export type Answer =
  | { readonly status: 'records'; readonly records: readonly DnsRecord[]; readonly ttlSeconds: number | null }
  | { readonly status: 'nothing'; readonly code: 'ENOTFOUND' | 'ENODATA' }
  | { readonly status: 'failed'; readonly code: string };

/** Asks a DNS server. Rejects with an error whose `code` is one of node:dns. `ttlSeconds` is null where it is not known. */
export type Upstream = (
  name: string,
  type: RecordType,
) => Promise<{ readonly records: readonly DnsRecord[]; readonly ttlSeconds: number | null }>;

/** A question without records, in the form that mailauth reads: `code` says why. */
export class DnsError extends Error {
  override readonly name = 'DnsError';
  readonly code: string;

  constructor(code: string, question: string) {
    super(`${code} ${question}`);
    this.code = code;
  }
}

/** RFC 1035 section 2.3.4: 255 octets on the wire are 253 characters in text. */
export const MAX_NAME_LENGTH = 253;
/** RFC 1035 section 2.3.4. */
export const MAX_LABEL_LENGTH = 63;

/**
 * The name as it is asked and cached: lower case, without the dot at the end. Null where no such name can exist. Wider
 * than host names (SPF macros and selectors bring `_`, `=`, `+`), but without `\`, which c-ares reads as an escape.
 */
export function normaliseName(name: string): string | null {
  const bare = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
  if (bare.length === 0 || bare.length > MAX_NAME_LENGTH) return null;
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(bare)) return null;
  const fits = bare.split('.').every((label) => label.length > 0 && label.length <= MAX_LABEL_LENGTH);
  return fits ? bare : null;
}

export function isRecordType(type: string): type is RecordType {
  return (RECORD_TYPES as readonly string[]).includes(type);
}
