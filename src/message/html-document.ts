import { type QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** What a document is made of, in its order. */
export interface HtmlHandler {
  /** Asked before each tag and run of text; false stops the reading. */
  node(): boolean;
  text(text: string): void;
  openTag(name: string, attributes: ReadonlyMap<string, string>): void;
  closeTag(name: string): void;
}

/** Attributes of one element that are read; a page element has fewer than thirty. */
const MAX_ATTRIBUTES = 64;

const RAW_TEXT_TAGS = /<(\/?)(textarea|title|xmp|noembed|noframes|iframe|style|plaintext)(?![a-z0-9-])/gi;

/**
 * A browser takes everything behind an unclosed <textarea> or <title> for its text; webmail drops the element and shows
 * what follows. Senders use the difference to blind filters, so that start tags without an end tag are taken out.
 */
export function withoutUnclosedRawText(html: string): string {
  const lastEnd = new Map<string, number>();
  const starts: { name: string; index: number }[] = [];
  for (const match of html.matchAll(RAW_TEXT_TAGS)) {
    const name = (match[2] ?? '').toLowerCase();
    if (match[1] === '/') lastEnd.set(name, match.index);
    else starts.push({ name, index: match.index });
  }
  let out = '';
  let from = 0;
  for (const { name, index } of starts) {
    if (name !== 'plaintext' && index < (lastEnd.get(name) ?? -1)) continue;
    out += `${html.slice(from, index)}<wbr `;
    from = index + 1 + name.length;
  }
  return out + html.slice(from);
}

/** One document on its way through the tokenizer, whose calls give positions in the text. */
export class DocumentPass implements TokenizerCallbacks {
  readonly #html: string;
  readonly #handler: HtmlHandler;
  readonly #tokenizer: Tokenizer;
  #name = '';
  #attributes = new Map<string, string>();
  #attributeName = '';
  #attributeValue = '';
  #stopped = false;

  constructor(html: string, handler: HtmlHandler) {
    this.#html = html;
    this.#handler = handler;
    this.#tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, this);
  }

  run(): void {
    this.#tokenizer.write(this.#html);
    if (!this.#stopped) this.#tokenizer.end();
  }

  ontext(start: number, end: number): void {
    if (this.#goesOn()) this.#handler.text(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    if (this.#goesOn()) this.#handler.text(String.fromCodePoint(codepoint));
  }

  onopentagname(start: number, end: number): void {
    this.#name = this.#html.slice(start, end).toLowerCase();
    this.#attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    this.#attributeName = this.#html.slice(start, end).toLowerCase();
    this.#attributeValue = '';
  }

  onattribdata(start: number, end: number): void {
    this.#attributeValue += this.#html.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    this.#attributeValue += String.fromCodePoint(codepoint);
  }

  onattribend(_quote: QuoteType): void {
    // HTML standard: the first of two attributes of one name counts.
    if (this.#attributes.size < MAX_ATTRIBUTES && !this.#attributes.has(this.#attributeName)) {
      this.#attributes.set(this.#attributeName, this.#attributeValue);
    }
    this.#attributeValue = '';
  }

  onopentagend(): void {
    if (this.#goesOn()) this.#handler.openTag(this.#name, this.#attributes);
  }

  onselfclosingtag(): void {
    this.onopentagend();
  }

  onclosetag(start: number, end: number): void {
    if (this.#goesOn()) this.#handler.closeTag(this.#html.slice(start, end).toLowerCase());
  }

  oncomment(): void {
    this.#goesOn();
  }

  oncdata(): void {
    this.#goesOn();
  }

  ondeclaration(): void {
    this.#goesOn();
  }

  onprocessinginstruction(): void {
    this.#goesOn();
  }

  onend(): void {}

  #goesOn(): boolean {
    if (this.#stopped) return false;
    if (this.#handler.node()) return true;
    this.#stopped = true;
    this.#tokenizer.pause();
    return false;
  }
}
