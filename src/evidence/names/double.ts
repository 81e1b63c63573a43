import { skeleton, toLatin } from './confusables.ts';
import { withinEdits } from './edit-distance.ts';
import { organizationOf, partsOf, readable } from './organization.ts';

/** One edit in a shorter name gives other people's names. */
const ONE_EDIT_FROM = 6;
const TWO_EDITS_FROM = 11;
/** A name that stands in a longer one between hyphens. */
const PART_FROM = 5;
/** Endings that people take for ".com". */
const LIKE_COM = new Set(['co', 'cm', 'om', 'corn', 'con', 'comm', 'com.co']);

/**
 * Is a host made to look like another that the reader knows? Another spelling of the same label, an edit or two, the label
 * with something hyphened on, or an ending like ".com". The same name under another country is a subsidiary more often.
 */
export function isDouble(host: string, known: string): boolean {
  if (organizationOf(host) === organizationOf(known)) return false;
  const [one, other] = [partsOf(host), partsOf(known)];
  if (!one.knownSuffix || other.label.length < 3) return false;
  const seen = toLatin(readable(one.label));
  if (one.label === other.label) return other.suffix === 'com' && LIKE_COM.has(one.suffix);
  return isSpelledAlike(seen, other.label) || isExtended(seen, other.label);
}

function isSpelledAlike(seen: string, label: string): boolean {
  if (skeleton(seen) === skeleton(label)) return true;
  if (label.length < ONE_EDIT_FROM || seen[0] !== label[0]) return false;
  if (seen.replaceAll('-', '') === label.replaceAll('-', '')) return true;
  return withinEdits(seen, label, label.length >= TWO_EDITS_FROM ? 2 : 1);
}

function isExtended(seen: string, label: string): boolean {
  if (label.length < PART_FROM) return false;
  if (seen.startsWith(`${label}-`) || seen.endsWith(`-${label}`)) return true;
  // "alder-timber-uk" for "aldertimber": the hyphens are the forger's.
  const [squeezed, known] = [seen.replaceAll('-', ''), label.replaceAll('-', '')];
  return seen.includes('-') && known.length >= ONE_EDIT_FROM && squeezed.startsWith(known);
}
