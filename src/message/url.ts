import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';
import type { Link, LinkSite } from './message.ts';

/** Longest URL that is parsed and kept. Browsers and mail gateways cut at 2 to 8 KiB; tracking links reach about 4. */
export const LONGEST_URL = 8 * 1024;
/** Of data: and javascript: URLs the beginning is enough to know them by. */
const LONGEST_OPAQUE = 512;
/** Anchor text kept of a link. */
export const LONGEST_LINK_TEXT = 500;

/**
 * Makes a link of what stands in an attribute or in text: normalised as a browser does (WHATWG URL), host in lower case
 * and punycode. Null where it is no link to anywhere (a fragment, a relative path without base, cid:).
 */
export function makeLink(
  raw: string,
  where: LinkSite,
  text: string | null,
  base: string | null = null,
): Link | null {
  const cleaned = raw
    .slice(0, LONGEST_URL)
    .replace(/[\t\r\n]/g, '')
    .trim();
  if (cleaned === '' || cleaned.startsWith('#')) return null;
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(cleaned)?.[1]?.toLowerCase() ?? '';
  if (scheme === 'cid' || scheme === 'mid' || scheme === 'about') return null;
  if (OPAQUE.has(scheme)) {
    return { url: cleaned.slice(0, LONGEST_OPAQUE), host: '', domain: '', scheme, where, text };
  }
  const parsed = resolve(cleaned, scheme, base);
  if (parsed === null) return null;
  const host = hostOf(parsed);
  return {
    url: parsed.href.slice(0, LONGEST_URL),
    host,
    domain: registrableDomain(host),
    scheme: parsed.protocol.slice(0, -1),
    where,
    text,
  };
}

const OPAQUE: ReadonlySet<string> = new Set([
  'data',
  'javascript',
  'vbscript',
  'mailto',
  'tel',
  'sms',
  'blob',
]);

function resolve(raw: string, scheme: string, base: string | null): URL | null {
  // Mail has no page of its own, so that a protocol-relative URL is read as https, as webmail does.
  if (/^[/\\]{2}[^/\\]/.test(raw)) return URL.parse(raw, base ?? 'https://invalid/');
  if (scheme !== '' && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(scheme)) return URL.parse(raw);
  if (base !== null) return URL.parse(raw, base);
  // Readers complete "www.example.com/x" and "example.com/x" in href to a web address.
  if (/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+([:/?#]|$)/u.test(raw) && getDomain(raw) !== null)
    return URL.parse(`http://${raw}`);
  return null;
}

function hostOf(url: URL): string {
  return withoutFinalDots(url.hostname.replace(/^\[|\]$/g, '')).toLowerCase();
}

/** One dot at the end is the root of DNS; more are a mistake, and no other host. */
function withoutFinalDots(host: string): string {
  let end = host.length;
  while (host[end - 1] === '.') end -= 1;
  return host.slice(0, end);
}

/** Registrable domain of a host by the public suffix list (its ICANN part); '' for IP addresses and unknown hosts. */
export function registrableDomain(host: string): string {
  return getDomain(host) ?? '';
}

/** Lower case, ASCII (punycode) form of a domain; where it has none, the lower-cased input. */
export function asciiDomain(domain: string): string {
  const lower = withoutFinalDots(domain.toLowerCase());
  if (/^[a-z0-9.-]*$/.test(lower)) return lower;
  // An ideographic full stop at the end has become a dot by now.
  return withoutFinalDots(domainToASCII(lower) || lower);
}
