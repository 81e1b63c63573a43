import { domainToUnicode } from 'node:url';
import { getDomain, parse } from 'tldts';

const WITH_PRIVATE = { allowPrivateDomains: true, detectIp: true, validateHostname: false } as const;

/**
 * Who is responsible for a host: its registrable domain by the public suffix list, private suffixes included (two pages
 * of github.io are two parties). A public suffix itself stands for itself. '' for IP addresses and names without a dot.
 */
export function organizationOf(host: string): string {
  if (!host.includes('.') || host.includes(':')) return '';
  const found = parse(host, WITH_PRIVATE);
  if (found.isIp) return '';
  return found.domain ?? found.publicSuffix ?? '';
}

/** As organizationOf, but what a private suffix (github.io, amazonaws.com) is part of: for the owner of the suffix. */
export function registrantOf(host: string): string {
  return host.includes('.') ? (getDomain(host, { validateHostname: false }) ?? '') : '';
}

export interface DomainParts {
  /** The label that was chosen at registration: `paypal` of `www.paypal.co.uk`. '' where there is none. */
  readonly label: string;
  readonly suffix: string;
  /** The suffix is on the public list, or is reserved for examples (RFC 6761). */
  readonly knownSuffix: boolean;
}

const RESERVED = new Set(['example', 'test']);

/** Registered label and suffix of a host, without private suffixes: the label of x.github.io is `github`. */
export function partsOf(host: string): DomainParts {
  const found = parse(host, { validateHostname: false });
  const suffix = found.publicSuffix ?? '';
  return {
    label: found.domainWithoutSuffix ?? '',
    suffix,
    knownSuffix: found.isIcann === true || RESERVED.has(suffix),
  };
}

/** Two letters at the end: a country. */
export function isCountrySuffix(suffix: string): boolean {
  return suffix.length - suffix.lastIndexOf('.') === 3;
}

/** A label as people see it: punycode decoded; as it stands where it is not valid. */
export function readable(label: string): string {
  return label.includes('xn--') ? domainToUnicode(label) || label : label;
}
