import { skeleton } from '../names/confusables.ts';

/** A name is read up to here; longer ones are sentences. */
const NAME_CHARS = 80;
const FEWEST_WORDS = 2;
const MOST_WORDS = 5;

/** Scripts that write names without a space between family and given name. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々・·]+$/u;
/** Family and given name have two to six signs there; offices and companies have more. */
const UNSPACED_CHARS = [2, 6] as const;

const WORD = /^\p{L}[\p{L}\p{M}'’.-]*$/u;

/** Before and after names, without dots. People put them in one message and leave them out of the next. */
const TITLES = new Set(
  `mr mrs ms miss mx sir dr prof doc med ing dipl mag herr frau fr hr mme mlle m sr sra srta sig dott dottssa avv
  mgr inz phd dphil md mba msc bsc llm cpa esq jr sr ii iii iv`.split(/\s+/),
);

/** Words of offices, machines and companies, of which no person is called: a name with one of them is nobody's. */
const NOT_OF_PERSONS = new Set(
  `team support service services customer customers help helpdesk desk sales billing invoice invoices invoicing account accounts
  accounting finance info information news newsletter notification notifications notify alert alerts security office admin
  administrator administration department marketing noreply no-reply reply mailer daemon delivery system payroll payments
  payment bank online store shop group company inc llc ltd limited corp corporation gmbh ag kg sas sarl srl bv nv plc
  spa foundation university school via the and und et kundenservice kundendienst rechnung buchhaltung vertrieb verein equipe
  service-client facturation compras ventas soporte servicio atencion clientes facturas ufficio assistenza klantenservice
  reminder update updates digest daily weekly community club hr it`.split(/\s+/),
);

/**
 * A display name in the form in which two ways of writing it are equal: titles and initials off, letters that look alike folded, words
 * in one order ("Berg, Anna", "Anna Berg" and "Dr. Anna M. Berg" are one). '' where it is not the name of a person.
 */
export function personName(display: string): string {
  const name = display.normalize('NFKC').trim();
  if (name.length > NAME_CHARS) return '';
  const together = name.replace(/[\s,、·・]+/g, '');
  if (UNSPACED.test(together)) {
    const [least, most] = UNSPACED_CHARS;
    return together.length >= least && together.length <= most ? together : '';
  }
  const words = name.split(/[\s,]+/).filter((word) => word !== '');
  const lower = words.map((word) => word.toLowerCase());
  if (words.some((word) => !WORD.test(word)) || lower.some((word) => NOT_OF_PERSONS.has(word))) return '';
  const own = lower
    .map((word) => word.replaceAll('’', "'").replaceAll('.', ''))
    .filter((word) => [...word].length > 1 && !TITLES.has(word));
  if (own.length < FEWEST_WORDS || own.length > MOST_WORDS) return '';
  return own.map(skeleton).sort().join(' ');
}
