import type { Random } from './random.ts';

type Disguise = (label: string) => string;

/** How a domain is registered that reads like another: signs that look alike, one sign more or less, a word added, another ending. */
const DISGUISES: readonly Disguise[] = [
  (label) => label.replace('m', 'rn'),
  (label) => label.replace('l', '1'),
  (label) => label.replace('i', 'l'),
  (label) => label.replace(/([^aeiou-])(?=[aeiou])/, '$1$1'),
  (label) => label.replace(/(?<=..)[aeiou](?=..)/, ''),
  (label) => `${label}-group`,
  (label) => `${label}-billing`,
  (label) => label.replace('-', ''),
  (label) => (label.includes('-') ? label : `${label.slice(0, 5)}-${label.slice(5)}`),
];

/** A domain that is not the given one and looks like it. */
export function lookalikeOf(random: Random, domain: string): string {
  const [label = '', suffix = 'example'] = domain.split('.');
  for (const disguise of random.shuffled(DISGUISES)) {
    const disguised = disguise(label);
    if (disguised !== label && !disguised.endsWith('-')) return `${disguised}.${suffix}`;
  }
  return `${label}.${suffix === 'example' ? 'test' : 'example'}`;
}
