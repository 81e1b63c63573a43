import type { DnsRecord, Upstream } from '../../../src/evidence/dns/answer.ts';

/** `"<TYPE> <name>"` → records, or the code of the error that asking gives. */
export type Zone = Readonly<Record<string, readonly DnsRecord[] | string>>;

/** A DNS that knows a zone and nothing else. */
export function zoneUpstream(zone: Zone): Upstream {
  return async (name, type) => {
    const found = zone[`${type} ${name}`];
    if (found === undefined) throw Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' });
    if (typeof found === 'string') throw Object.assign(new Error(`${found} ${name}`), { code: found });
    return { records: found, ttlSeconds: null };
  };
}
