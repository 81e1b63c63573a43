import { createHash } from 'node:crypto';
import type { Evidence } from '../../evidence/evidence.ts';
import type { Feature } from '../feature.ts';
import { AMBIGUITY } from './ambiguity.ts';
import { ATTACHMENTS } from './attachments.ts';
import { AUTHENTICATION } from './authentication.ts';
import { HEADERS } from './headers.ts';
import { HTML } from './html.ts';
import { LANGUAGE } from './language.ts';
import { LINKS } from './links.ts';
import { RELATIONSHIP } from './relationship.ts';
import { REPUTATION } from './reputation.ts';
import { SENDER } from './sender.ts';

/** All features. Their order is the order of the numbers that models read: any change makes another schema. */
export const FEATURES: readonly Feature[] = [
  ...AUTHENTICATION,
  ...SENDER,
  ...REPUTATION,
  ...RELATIONSHIP,
  ...HEADERS,
  ...LINKS,
  ...HTML,
  ...ATTACHMENTS,
  ...LANGUAGE,
  ...AMBIGUITY,
];

/** The first 16 hexadecimal digits of the SHA-256 over all that a model depends on: a model made for another is refused. */
export const SCHEMA_HASH = schemaHash(FEATURES);

export function schemaHash(features: readonly Feature[]): string {
  const lines = features.map(({ name, group, unit, range, whenMissing, direction }) =>
    [name, group, unit, ...range, whenMissing, direction].join(' '),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

/** The numbers of a message, in the order of FEATURES, each in its range; NaN where the evidence is missing. */
export function measure(evidence: Evidence): Float32Array {
  const values = new Float32Array(FEATURES.length);
  FEATURES.forEach((feature, at) => {
    values[at] = bounded(feature, evidence);
  });
  return values;
}

function bounded({ measure: read, range: [least, most], whenMissing }: Feature, evidence: Evidence): number {
  const value = read(evidence);
  return value === undefined || Number.isNaN(value) ? whenMissing : Math.min(most, Math.max(least, value));
}
