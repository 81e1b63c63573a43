import { Resolver as NodeResolver } from 'node:dns/promises';
import type { DnsRecord, RecordType, Upstream } from './answer.ts';

/** One lost datagram must not make a temporary error; c-ares doubles its wait for the second try. */
const TRIES = 2;
const WAIT_UNITS = 1 + 2;
/** c-ares counts its waits in whole milliseconds and needs time for a loopback round trip. */
const SHORTEST_WAIT_MS = 50;

/** Asks `servers` ("ip" or "ip:port", "[ip6]:port"; none: the system's) so that all tries fit into `timeoutMs`. */
export function serverUpstream(servers: readonly string[], timeoutMs: number): Upstream {
  const known = servers.length > 0 ? servers.length : Math.max(1, new NodeResolver().getServers().length);
  const wait = Math.max(SHORTEST_WAIT_MS, Math.floor(timeoutMs / (WAIT_UNITS * known)));
  const resolver = new NodeResolver({ timeout: wait, tries: TRIES });
  if (servers.length > 0) resolver.setServers([...servers]);
  return (name, type) => ask(resolver, name, type);
}

async function ask(
  resolver: NodeResolver,
  name: string,
  type: RecordType,
): Promise<{ records: readonly DnsRecord[]; ttlSeconds: number | null }> {
  switch (type) {
    case 'A':
      return addresses(await resolver.resolve4(name, { ttl: true }));
    case 'AAAA':
      return addresses(await resolver.resolve6(name, { ttl: true }));
    case 'MX':
      return { records: await resolver.resolveMx(name), ttlSeconds: null };
    case 'PTR':
      return { records: await resolver.resolvePtr(name), ttlSeconds: null };
    case 'TXT':
      return { records: await resolver.resolveTxt(name), ttlSeconds: null };
  }
}

function addresses(found: readonly { readonly address: string; readonly ttl: number }[]) {
  return {
    records: found.map((record) => record.address),
    ttlSeconds: found.reduce<number | null>((least, { ttl }) => Math.min(least ?? ttl, ttl), null),
  };
}
