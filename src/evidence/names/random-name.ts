const LETTERS = /[a-z]/;
const CONSONANTS = /[bcdfghjklmnpqrstvwxz]+/g;
const VOWELS = /[aeiouy]/g;
/** Shorter names are initials. */
const SHORTEST = 6;
/** A name of this length with hardly a vowel is not spoken. */
const SPOKEN_FROM = 8;
const FEW_VOWELS = 0.15;

/**
 * How much a label or local part looks typed by a machine, 0 to 1: consonants that no language has in a row, letters and
 * digits that take turns, no vowels. Words of all languages with Latin letters stay at or near 0.
 */
export function randomness(name: string): number {
  const lower = name.toLowerCase().replace(/[^a-z0-9]+/g, '');
  if (lower.length < SHORTEST) return 0;
  return Math.max(byConsonants(lower), byTurns(lower), byVowels(lower));
}

/** "ngstschr" of German is seven at a seam of words; six in a row happen once in thousands of names. */
function byConsonants(lower: string): number {
  let longest = 0;
  for (const [run] of lower.matchAll(CONSONANTS)) longest = Math.max(longest, run.length);
  return longest >= 6 ? 1 : longest === 5 ? 0.7 : 0;
}

/** A year or a number at the end of a name is one turn. */
function byTurns(lower: string): number {
  let turns = 0;
  for (let at = 1; at < lower.length; at++) {
    if (LETTERS.test(lower.charAt(at)) !== LETTERS.test(lower.charAt(at - 1))) turns++;
  }
  return turns >= 4 ? 1 : turns === 3 ? 0.6 : turns === 2 ? 0.3 : 0;
}

function byVowels(lower: string): number {
  const letters = lower.replace(/[^a-z]+/g, '');
  if (letters.length < SPOKEN_FROM) return 0;
  return (letters.match(VOWELS)?.length ?? 0) / letters.length < FEW_VOWELS ? 0.8 : 0;
}
