import { plain, wordsOf } from '../text/words.ts';

/** Offices that people add to their name when they make up an address: "ada.linden.ceo". */
const OFFICES = new Set(
  `ceo cfo coo cto president chairman chairwoman chair director directors managing office offices private personal exec
  executive mobile owner boss management manager hq desk faculty dean pastor principal direction directeur dir gf chef
  geschaeftsleitung vorstand presidente direttore direzione director gerente gerencia prezes zarzad vd mudur baskan`.split(
    /\s+/,
  ),
);
/** Names shorter than this are in other words. */
const NAME_WORD = 4;
const NAME_WORDS = 8;

const localOf = (address: string) => plain(address.slice(0, Math.max(0, address.lastIndexOf('@'))));

/** Does a word of the display name stand in the part before the @? */
export function bearsName(address: string, name: string): boolean {
  const local = localOf(address);
  return wordsOf(name, NAME_WORDS).some((word) => word.length >= NAME_WORD && local.includes(word));
}

/** A person's name and an office in one address, as nobody's mail system makes it. */
export function bearsOffice(address: string, name: string): boolean {
  const parts = localOf(address)
    .split(/[._\-\d]+/)
    .filter((part) => part !== '');
  return parts.length > 1 && parts.some((part) => OFFICES.has(part)) && bearsName(address, name);
}
