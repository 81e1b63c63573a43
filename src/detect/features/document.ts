import type { Feature } from '../feature.ts';
import { FEATURES, SCHEMA_HASH } from './schema.ts';

const INTRODUCTION = `# Features

Generated from src/detect/features; do not edit by hand. Schema ${SCHEMA_HASH}, ${FEATURES.length} features.

A feature is one number measured from the evidence. Where the evidence is missing the number is missing too (NaN): a
check that was not made is not a check that failed. \`up\` can only raise the score of a message, \`down\` only lower it,
\`free\` either; models are trained with these directions as constraints. A \`log1p_count\` is the natural logarithm of one
more than the count. Values are cut to their range.
`;

/** The page docs/features.md. */
export function featuresMarkdown(): string {
  const groups = [...new Set(FEATURES.map(({ group }) => group))];
  return [INTRODUCTION, ...groups.map(section)].join('\n');
}

function section(group: string): string {
  const rows = FEATURES.filter((feature) => feature.group === group).map(row);
  return [
    `## ${group}`,
    '',
    '| name | unit | range | direction | meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function row({ name, unit, range, direction, meaning }: Feature): string {
  return `| \`${name}\` | ${unit} | ${range[0]} to ${range[1]} | ${direction} | ${meaning.replaceAll('|', '\\|')} |`;
}
