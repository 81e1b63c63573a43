import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { Phrases } from '../text/phrases.ts';
import { THEMES, type Theme } from '../text/themes.ts';
import { wordsOf } from '../text/words.ts';
import { ListError } from './list-file.ts';

/** What a phrase stands for: a theme, an office, a greeting to nobody, or a word that tells the language. */
export type Meaning =
  | { readonly kind: 'theme'; readonly theme: Theme; readonly phrase: string }
  | { readonly kind: 'role'; readonly phrase: string }
  | { readonly kind: 'greeting' }
  | { readonly kind: 'language'; readonly language: string };

/** Longest phrase: what is longer is a sentence, and would hold only one campaign. */
const PHRASE_WORDS = 16;

/** The words of all languages in one structure: a text is read once, whatever its language claims to be. */
export class Vocabulary {
  readonly #phrases = new Phrases<Meaning>();
  readonly languages: readonly string[];

  /** Reads every `<language>.yaml` of the folder. Throws ListError that names file and line. */
  static load(folder: string): Vocabulary {
    let names: string[];
    try {
      names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    } catch (cause) {
      throw new ListError(`${folder}: cannot be read`, { cause });
    }
    return new Vocabulary(
      names.sort().map((name) => ({
        language: name.slice(0, -'.yaml'.length),
        path: join(folder, name),
        content: readFileSync(join(folder, name), 'utf8'),
      })),
    );
  }

  constructor(files: readonly { language: string; path: string; content: string }[]) {
    for (const file of files) this.#read(file);
    this.languages = files.map(({ language }) => language);
  }

  /** Calls `hit` for each phrase in the words. */
  scan(words: readonly string[], hit: (meaning: Meaning, start: number) => void): void {
    this.#phrases.scan(words, hit);
  }

  #read({ language, path, content }: { language: string; path: string; content: string }): void {
    const lines = new LineCounter();
    const document = parseDocument(content, { lineCounter: lines });
    const at = (node: Node) => `${path}:${lines.linePos(node.range?.[0] ?? 0).line}`;
    const [wrong] = document.errors;
    if (wrong !== undefined)
      throw new ListError(`${path}:${lines.linePos(wrong.pos[0]).line}: ${wrong.message}`);
    if (!isMap<Node, Node>(document.contents))
      throw new ListError(`${path}:1: not a map of themes to phrases`);
    for (const { key, value } of document.contents.items) {
      const theme = isScalar(key) ? String(key.value) : '';
      if (!isSeq<Node>(value))
        throw new ListError(`${at(key)}: ${JSON.stringify(theme)} has no list of phrases`);
      for (const item of value.items) {
        const phrase: unknown = isScalar(item) ? item.value : null;
        if (typeof phrase !== 'string') throw new ListError(`${at(item)}: a phrase is text; quote numbers`);
        const words = wordsOf(phrase, PHRASE_WORDS);
        if (words.length === 0) throw new ListError(`${at(item)}: an empty phrase`);
        this.#phrases.add(words, meaningOf(theme, language, phrase, at(key)));
      }
    }
  }
}

function meaningOf(theme: string, language: string, phrase: string, at: string): Meaning {
  if (theme === 'common') return { kind: 'language', language };
  if (theme === 'role') return { kind: 'role', phrase };
  if (theme === 'greeting') return { kind: 'greeting' };
  const known = THEMES.find((name) => name === theme);
  if (known === undefined) throw new ListError(`${at}: ${JSON.stringify(theme)} is no theme`);
  return { kind: 'theme', theme: known, phrase };
}
