import type { Config } from '../config/schema.ts';
import type { Category } from '../detect/category.ts';
import { german } from './words/de.ts';
import { english } from './words/en.ts';
import { spanish } from './words/es.ts';
import { french } from './words/fr.ts';
import { italian } from './words/it.ts';
import { portuguese } from './words/pt.ts';

export type DigestLanguage = Config['digest']['language'];

/** All that the letter and the pages behind its links say. */
export interface DigestWords {
  readonly subject: (count: number) => string;
  readonly greeting: string;
  /** `count` messages were held for `address`. */
  readonly intro: (count: number, address: string) => string;
  readonly what: string;
  /** Where the letter has fewer entries than there are. */
  readonly more: (count: number) => string;
  readonly columns: {
    readonly from: string;
    readonly subject: string;
    readonly date: string;
    readonly reason: string;
  };
  readonly noSubject: string;
  readonly release: string;
  readonly ask: string;
  readonly links: (days: number) => string;
  readonly off: string;
  readonly reasons: Readonly<Record<Category, string>> & { readonly other: string };
  readonly pages: {
    readonly releaseTitle: string;
    readonly releaseText: string;
    readonly releaseButton: string;
    readonly released: string;
    readonly askTitle: string;
    readonly askText: string;
    readonly askButton: string;
    readonly asked: string;
    readonly offTitle: string;
    readonly offText: string;
    readonly offButton: string;
    readonly turnedOff: string;
    readonly deadTitle: string;
    readonly deadText: string;
    readonly goneText: string;
    readonly failedText: string;
    readonly busyText: string;
  };
}

const WORDS: Readonly<Record<DigestLanguage, DigestWords>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  pt: portuguese,
  it: italian,
};

export function digestWords(language: DigestLanguage): DigestWords {
  return WORDS[language];
}

/** By the recipient's domain, else the general one. */
export function digestLanguage(digest: Pick<Config['digest'], 'language' | 'languages'>, recipient: string) {
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
  return digest.languages[domain] ?? digest.language;
}
