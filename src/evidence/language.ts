import type { EvidenceSource } from './evidence.ts';
import type { Lists } from './lists.ts';
import { type Combinations, combined } from './text/combinations.ts';
import { AMOUNT, BITCOIN, countIn, isPhoneNumber, PHONE } from './text/patterns.ts';
import { languageByScript } from './text/scripts.ts';
import { Stems } from './text/stems.ts';
import { THEMES, type Theme } from './text/themes.ts';
import { isMixedScript, wordsOf } from './text/words.ts';

export { THEMES, type Theme } from './text/themes.ts';

export interface LanguageFacts extends Combinations {
  /** ISO 639-1, '' where it could not be told. */
  readonly language: string;
  /** Words that were read, at most the bound. */
  readonly words: number;
  /** Distinct phrases of the theme in subject and text. */
  readonly themes: Readonly<Record<Theme, number>>;
  /** First words that hit, by theme, for explanations; at most three a theme. */
  readonly examples: Readonly<Partial<Record<Theme, readonly string[]>>>;
  readonly exclamations: number;
  readonly upperShare: number;
  readonly currencyAmounts: number;
  readonly phoneNumbers: number;
  readonly bitcoinAddresses: number;
  /** Words that mix scripts (Latin with Cyrillic or Greek). */
  readonly mixedScriptWords: number;
  readonly genericGreeting: boolean;
}

/** What an attack says stands in its first page: 99 in 100 messages are shorter. Bounds the time for the rest. */
const TEXT_CHARS = 20_000;
const SUBJECT_CHARS = 500;
const WORDS = 4_000;
/** A greeting is at the start. */
const GREETING_WORDS = 40;
const EXAMPLES = 3;
/** Counts beyond this say nothing more. */
const MOST = 100;
/** Common words by which a language is told: fewer are a name or a line. */
const TELLING_WORDS = 3;
/** A language is told by the first words as well as by all. */
const LANGUAGE_WORDS = 200;

/** What the words are about, in any of the languages of the lists at once. */
export function languageSource(lists: Pick<Lists, 'vocabulary' | 'freemail'>): EvidenceSource<'language'> {
  return {
    name: 'language',
    onFailure: 'open',
    gather(_mail, message) {
      const { subject, visibleText } = message;
      const text = `${subject.slice(0, SUBJECT_CHARS)}\n${visibleText.slice(0, TEXT_CHARS)}`;
      const words = wordsOf(text, WORDS);
      const lower = text.toLowerCase();
      const read = readWords(words, lists, languageByScript(visibleText));
      const figures = {
        words: words.length,
        exclamations: countIn(text, /[!！]/g, MOST),
        upperShare: upperShare(text),
        currencyAmounts: countIn(lower, AMOUNT, MOST),
        phoneNumbers: countIn(text, PHONE, MOST, isPhoneNumber),
        bitcoinAddresses: countIn(text, BITCOIN, MOST),
        mixedScriptWords: mixedScriptWords(lower),
      };
      return {
        ...read,
        ...figures,
        ...combined(message, read.themes, figures, new Stems(words), lists.freemail),
      };
    },
  };
}

function readWords(words: readonly string[], { vocabulary }: Pick<Lists, 'vocabulary'>, byScript: string) {
  const phrases = new Map<Theme, Set<string>>(THEMES.map((theme) => [theme, new Set()]));
  const common = new Map<string, number>();
  let genericGreeting = false;
  vocabulary.scan(words, (meaning, start) => {
    if (meaning.kind === 'theme') phrases.get(meaning.theme)?.add(meaning.phrase);
    else if (meaning.kind === 'greeting') genericGreeting ||= start < GREETING_WORDS;
    else if (meaning.kind === 'language' && start < LANGUAGE_WORDS)
      common.set(meaning.language, (common.get(meaning.language) ?? 0) + 1);
  });
  const themes = {} as Record<Theme, number>;
  const examples: Partial<Record<Theme, readonly string[]>> = {};
  for (const theme of THEMES) {
    const found = [...(phrases.get(theme) ?? [])];
    themes[theme] = found.length;
    if (found.length > 0) examples[theme] = found.slice(0, EXAMPLES);
  }
  return { themes, examples, genericGreeting, language: byScript || mostCommon(common) };
}

function mostCommon(counts: ReadonlyMap<string, number>): string {
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best !== undefined && best[1] >= TELLING_WORDS ? best[0] : '';
}

/** Capitals among the letters, 0 to 1; 0 without letters. Case is known of ASCII alone without asking Unicode. */
function upperShare(text: string): number {
  let capitals = 0;
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) {
      if (code >= 0x41 && code <= 0x5a) capitals++;
      else if (code < 0x61 || code > 0x7a) continue;
      letters++;
    } else if (CAPITAL.test(text.charAt(at))) {
      capitals++;
      letters++;
    } else if (LETTER.test(text.charAt(at))) letters++;
  }
  return letters === 0 ? 0 : capitals / letters;
}

const CAPITAL = /\p{Lu}/u;
const LETTER = /\p{L}/u;

const DISGUISED = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

function mixedScriptWords(lower: string): number {
  if (!DISGUISED.test(lower)) return 0;
  return countIn(lower, /\p{L}{2,64}/gu, MOST, isMixedScript);
}
