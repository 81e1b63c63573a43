import { type Evidence, factsOf } from '../../evidence/evidence.ts';
import type { Feature } from '../feature.ts';
import { PLAIN } from './sayings/plain.ts';
import { NO_LINKS } from './sayings/saying.ts';
import { SAYINGS } from './sayings.ts';
import { FEATURES } from './schema.ts';

const BY_NAME: ReadonlyMap<string, Feature> = new Map(FEATURES.map((feature) => [feature.name, feature]));

/**
 * What a feature says about this message, for people: one sentence without the full stop, which reads the same whether it
 * moved the score up or down. Text of the sender in it is quoted and bounded.
 */
export function featureWords(name: string, evidence: Evidence): string {
  const feature = BY_NAME.get(name);
  if (feature === undefined) return name;
  const value = feature.measure(evidence);
  const isThere = value !== undefined && !Number.isNaN(value) && value !== 0;
  // A flag may say no where the facts it is made of are there: then its own words would be wrong.
  const said =
    feature.unit === 'flag' && !isThere && !BOTH_WAYS.has(name) ? null : (SAYINGS[name]?.(evidence) ?? null);
  return said ?? (speaksOfNoLinks(feature, evidence) ? NO_LINKS : plainWords(feature, value));
}

/** Flags whose own words tell the other side, too. */
const BOTH_WAYS = new Set([
  'authentication_aligned',
  'sender_name_fits_address',
  'headers_message_id_matches',
  'links_main_foreign',
]);

/** Of what is not there nothing else is told; images are no links. */
function speaksOfNoLinks({ group, name }: Feature, { links }: Evidence): boolean {
  return group === 'links' && !name.includes('images') && factsOf(links)?.count === 0;
}

function plainWords(feature: Feature, value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return `Not known: ${lowerFirst(feature.meaning)}`;
  const words = PLAIN[feature.name];
  if (words === undefined) return `${feature.meaning}: ${shown(feature, value)}`;
  const [there, absent, one = there] = words;
  if (value === 0) return absent;
  const count = shown(feature, value);
  return count === '1' ? one : there.replace('#', count);
}

/** Abbreviations keep their capitals. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) && !/^[A-Z][a-z]+-/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

/** The value in the unit of the feature, as people write it. */
function shown({ unit }: Feature, value: number): string {
  switch (unit) {
    case 'flag':
      return value === 1 ? 'yes' : 'no';
    case 'share':
      return `${Math.round(100 * value)} %`;
    case 'log1p_count':
      return String(Math.round(Math.expm1(value)));
    case 'hours':
    case 'days':
      return `${Math.round(value)} ${unit}`;
    default:
      return String(Math.round(10 * value) / 10);
  }
}
