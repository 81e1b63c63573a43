import type { Evidence } from '../../evidence/evidence.ts';
import type { Feature } from '../feature.ts';
import { SAYINGS } from './sayings.ts';
import { FEATURES } from './schema.ts';

const BY_NAME: ReadonlyMap<string, Feature> = new Map(FEATURES.map((feature) => [feature.name, feature]));

/**
 * What a feature says about this message, for people: one sentence without the full stop. Text of the sender in it is
 * quoted and bounded. `raises` tells whether it moved the score up.
 */
export function featureWords(name: string, evidence: Evidence, raises: boolean): string {
  const feature = BY_NAME.get(name);
  if (feature === undefined) return name;
  const said = SAYINGS[name]?.(evidence) ?? null;
  if (said !== null) return said;
  const value = feature.measure(evidence);
  if (value === undefined || Number.isNaN(value)) return `${feature.meaning}: unknown`;
  return `${feature.meaning}: ${shown(feature, value)}${expectation(feature, raises)}`;
}

/** A feature of direction `up` that lowered the score did so by what was not there. */
function expectation({ direction }: Feature, raises: boolean): string {
  if (direction === 'up' && !raises) return ' (speaks for it)';
  if (direction === 'down' && raises) return ' (speaks against it)';
  return '';
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
