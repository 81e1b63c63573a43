import { type Entry, parseDomain, parseEntry } from '../config/entry.ts';
import type { PolicyConfig } from '../config/schema.ts';
import type { Verdict } from './verdict.ts';

/** Scores from which on an action is taken; null is never. */
export interface Thresholds {
  readonly tag: number | null;
  readonly quarantine: number | null;
  readonly reject: number | null;
}

/** An entry of the allow or block list, with the text that the configuration has. */
export interface ListEntry {
  readonly text: string;
  readonly entry: Entry;
}

/** The policy of the configuration, ready to decide with. */
export interface Policy {
  readonly default: Thresholds;
  readonly domains: ReadonlyMap<string, Thresholds>;
  readonly allow: readonly ListEntry[];
  readonly block: readonly ListEntry[];
  readonly blockAction: 'quarantine' | 'reject';
  /** Hash of the feature schema, for the record. */
  readonly featureSchema: string;
}

/** Throws where an entry is no domain, address or network; loadConfig has found these before. */
export function createPolicy(config: PolicyConfig, options: { readonly featureSchema: string }): Policy {
  const domains = Object.entries(config.domains).map(([name, own]): [string, Thresholds] => [
    known(parseDomain(name), name),
    {
      tag: own.tag === undefined ? config.default.tag : own.tag,
      quarantine: own.quarantine === undefined ? config.default.quarantine : own.quarantine,
      reject: own.reject === undefined ? config.default.reject : own.reject,
    },
  ]);
  const listed = (text: string): ListEntry => ({ text, entry: known(parseEntry(text), text) });
  return {
    default: config.default,
    domains: new Map(domains),
    allow: config.allow.map(listed),
    block: config.block.map(listed),
    blockAction: config.blockAction,
    featureSchema: options.featureSchema,
  };
}

function known<T>(parsed: T | null, text: string): T {
  if (parsed === null) throw new Error(`policy: ${JSON.stringify(text)} is no domain, address or network`);
  return parsed;
}

/** The thresholds for a recipient, by its domain, the nearest parent domain, or the default; with the name of that policy. */
export function thresholdsFor(recipient: string, policy: Policy): { name: string; thresholds: Thresholds } {
  let domain = parseDomain(recipient.slice(recipient.lastIndexOf('@') + 1)) ?? '';
  while (domain !== '') {
    const thresholds = policy.domains.get(domain);
    if (thresholds !== undefined) return { name: `domain:${domain}`, thresholds };
    const dot = domain.indexOf('.');
    domain = dot === -1 ? '' : domain.slice(dot + 1);
  }
  return { name: 'default', thresholds: policy.default };
}

/** The gravest action whose threshold the score reaches. */
export function verdictByScore(score: number, { tag, quarantine, reject }: Thresholds): Verdict {
  const reaches = (threshold: number | null) => threshold !== null && score >= threshold;
  if (reaches(reject)) return 'reject';
  if (reaches(quarantine)) return 'quarantine';
  return reaches(tag) ? 'tag' : 'accept';
}
