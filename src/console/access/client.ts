import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import { Networks } from '../../gate/networks.ts';

/** Who is at the other end, beyond proxies that are believed. */
export interface Client {
  readonly address: string;
  readonly isHttps: boolean;
}

interface Incoming {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string; readonly encrypted?: boolean } };
}

/** Where nothing is known of the connection: one bucket for all of them, so limits still hold. */
const NOWHERE = 'unknown';

/** X-Forwarded-For and X-Forwarded-Proto count only from `proxies`, and of the former the last hop that is no proxy itself. */
export function clientOf(context: Context, proxies: readonly string[]): Client {
  const believed = new Networks(proxies);
  const socket = (context.env as Incoming | undefined)?.incoming?.socket;
  const peer = socket?.remoteAddress ?? NOWHERE;
  if (!believed.has(peer)) return { address: peer, isHttps: socket?.encrypted === true };
  const hops = (context.req.header('x-forwarded-for') ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => ipaddr.isValid(hop));
  const address = hops.findLast((hop) => !believed.has(hop)) ?? hops[0] ?? peer;
  const protocol = context.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase();
  return { address, isHttps: protocol === undefined ? socket?.encrypted === true : protocol === 'https' };
}

/** Attempts are counted by this: an IPv6 subscriber has a whole /64 to choose from (RFC 6177). */
export function attemptNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`;
}
