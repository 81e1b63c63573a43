import { type QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import type { Budgets } from './budgets.ts';
import { StyleReader } from './html-style.ts';
import { OpenElements, readable } from './html-tree.ts';
import type { LinkCollector } from './links.ts';
import type { Marks } from './marks.ts';
import type { LinkSite } from './message.ts';
import { TextFold } from './text-fold.ts';
import { LONGEST_LINK_TEXT, LONGEST_URL } from './url.ts';

/** What one pass over the HTML found. Counts unless said otherwise. */
export interface HtmlView {
  /** Text that a person sees, white space folded. */
  readonly visibleText: string;
  /** Text that a machine reads but a person does not (display:none, zero size, same colour …). */
  readonly hiddenText: string;
  readonly title: string;
  readonly anchors: number;
  readonly images: number;
  /** Images fetched from a host (http, https, protocol-relative). */
  readonly remoteImages: number;
  /** Remote images of at most 2 × 2 pixels. */
  readonly trackingPixels: number;
  readonly forms: number;
  readonly passwordInputs: number;
  readonly inputs: number;
  readonly scripts: number;
  readonly iframes: number;
  readonly metaRefresh: number;
  /** Zero-width and bidirectional control characters in the text. */
  readonly invisibleCharacters: number;
  readonly nodes: number;
}

/** Characters of one script or style sheet in which URLs are looked for. */
const LONGEST_SCRIPT = 64 * 1024;
/** Attributes of one element that are read; a page element has fewer than thirty. */
const MAX_ATTRIBUTES = 64;
/** Elements that stand within a line; every other tag separates words. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark o:p q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
/** Elements whose content no reader shows as text. */
const NO_TEXT = new Set(['script', 'style', 'noembed', 'noframes', 'iframe', 'template', 'object']);

/**
 * Reads HTML in one pass from left to right. Built on the tokenizer of htmlparser2 and not on its Parser, which keeps its
 * open elements at the front of an array and so takes quadratic time on nested tags. Several documents of one message go
 * through one reader; none can hide another by tags it leaves open.
 */
export class HtmlReader {
  readonly #budgets: Budgets;
  readonly #marks: Marks;
  readonly #links: LinkCollector;
  readonly #open = new OpenElements();
  readonly #styles = new StyleReader();
  readonly #visible: TextFold;
  readonly #hidden: TextFold;
  readonly #title = new TextFold(1_000);
  readonly #counts = {
    anchors: 0,
    images: 0,
    remoteImages: 0,
    trackingPixels: 0,
    forms: 0,
    passwordInputs: 0,
    inputs: 0,
    scripts: 0,
    iframes: 0,
    metaRefresh: 0,
    nodes: 0,
  };
  #anchor: { href: string; text: TextFold; alt: TextFold } | null = null;
  #script = '';
  #base: string | null = null;
  #charsLeft: number;

  constructor(budgets: Budgets, marks: Marks, links: LinkCollector) {
    this.#budgets = budgets;
    this.#marks = marks;
    this.#links = links;
    this.#visible = new TextFold(budgets.textChars);
    this.#hidden = new TextFold(budgets.textChars);
    this.#charsLeft = budgets.htmlChars;
  }

  /** Reads one document, as far as the budgets of characters and nodes go. */
  read(html: string): void {
    if (html.length > this.#charsLeft) this.#marks.over('htmlChars');
    const readableHtml = withoutUnclosedRawText(html.slice(0, this.#charsLeft));
    this.#charsLeft -= readableHtml.length;
    this.#base = null;
    new DocumentPass(readableHtml, this).run();
    this.#finishAnchor();
    this.#finishRawText();
    this.#open.clear();
    this.#visible.break();
    this.#hidden.break();
  }

  view(): HtmlView {
    if (this.#visible.full || this.#hidden.full) this.#marks.over('textChars');
    return {
      visibleText: this.#visible.toString(),
      hiddenText: this.#hidden.toString(),
      title: this.#title.toString(),
      ...this.#counts,
      invisibleCharacters: this.#visible.invisible,
    };
  }

  /** Counts one tag or run of text; false once the budget is used up. */
  node(): boolean {
    if (this.#counts.nodes >= this.#budgets.htmlNodes) {
      this.#marks.over('htmlNodes');
      return false;
    }
    this.#counts.nodes += 1;
    return true;
  }

  text(text: string): void {
    const element = this.#open.top;
    if (NO_TEXT.has(element.name)) {
      if (this.#script.length < LONGEST_SCRIPT) this.#script += text;
      return;
    }
    if (element.name === 'title') {
      this.#title.add(text);
      return;
    }
    (readable(element) ? this.#visible : this.#hidden).add(text);
    this.#anchor?.text.add(text);
  }

  openTag(name: string, attributes: ReadonlyMap<string, string>): void {
    if (!INLINE.has(name)) this.#break();
    if (name === 'a') this.#finishAnchor();
    const element = this.#open.open(name, this.#styles.read(name, attributes), attributes.has('class'));
    this.#count(name, attributes, element.removed);
    this.#collect(name, attributes);
  }

  closeTag(name: string): void {
    if (!INLINE.has(name)) this.#break();
    if (name === 'a') this.#finishAnchor();
    if (NO_TEXT.has(name)) this.#finishRawText();
    this.#open.close(name);
  }

  #break(): void {
    this.#visible.break();
    this.#hidden.break();
    this.#anchor?.text.break();
  }

  #count(name: string, attributes: ReadonlyMap<string, string>, removed: boolean): void {
    const counts = this.#counts;
    if (name === 'a' && attributes.has('href')) counts.anchors += 1;
    else if (name === 'img') this.#countImage(attributes, removed);
    else if (name === 'form') counts.forms += 1;
    else if (name === 'input') {
      const type = attributes.get('type')?.trim().toLowerCase() ?? 'text';
      if (type === 'password') counts.passwordInputs += 1;
      if (type !== 'hidden') counts.inputs += 1;
    } else if (name === 'textarea' || name === 'select') counts.inputs += 1;
    else if (name === 'script') counts.scripts += 1;
    else if (name === 'iframe' || name === 'frame') counts.iframes += 1;
    else if (name === 'meta' && isRefresh(attributes)) counts.metaRefresh += 1;
  }

  #countImage(attributes: ReadonlyMap<string, string>, removed: boolean): void {
    this.#counts.images += 1;
    const alt = attributes.get('alt') ?? '';
    if (alt !== '') this.#anchor?.alt.add(`${alt} `);
    if (!/^\s*(https?:|\/\/)/i.test((attributes.get('src') ?? '').slice(0, 100))) return;
    this.#counts.remoteImages += 1;
    if (removed || isPixel(attributes)) this.#counts.trackingPixels += 1;
  }

  #collect(name: string, attributes: ReadonlyMap<string, string>): void {
    const href = attributes.get('href') ?? attributes.get('xlink:href');
    switch (name) {
      case 'a':
        if (href !== undefined)
          this.#anchor = {
            href,
            text: new TextFold(LONGEST_LINK_TEXT),
            alt: new TextFold(LONGEST_LINK_TEXT),
          };
        break;
      case 'base':
        if (href !== undefined && /^\s*https?:/i.test(href)) this.#base ??= href.trim().slice(0, LONGEST_URL);
        break;
      case 'area':
        this.#link(href, 'area', attributes.get('alt') ?? null);
        break;
      case 'link':
        this.#link(href, 'style');
        break;
      case 'meta':
        if (isRefresh(attributes)) this.#link(refreshTarget(attributes.get('content') ?? ''), 'meta');
        break;
      case 'form':
        this.#link(attributes.get('action'), 'form');
        break;
      case 'script':
      case 'iframe':
      case 'frame':
      case 'embed':
      case 'object':
        this.#link(attributes.get('src') ?? attributes.get('data'), 'script');
        break;
      default:
        this.#link(attributes.get('src'), 'image');
        this.#link(attributes.get('formaction'), 'form');
    }
    this.#link(attributes.get('background'), 'image');
    const style = attributes.get('style');
    if (style?.includes('(')) this.#styleLinks(style);
  }

  #link(raw: string | undefined, where: LinkSite, text: string | null = null): void {
    if (raw !== undefined)
      this.#links.add(raw, where, text === null ? null : text.slice(0, LONGEST_LINK_TEXT), this.#base);
  }

  #styleLinks(css: string): void {
    for (const match of css.slice(0, LONGEST_SCRIPT).matchAll(/url\(\s*["']?([^"')\s]+)/gi)) {
      if (this.#links.full) return;
      this.#link(match[1], 'style');
    }
  }

  #finishAnchor(): void {
    const anchor = this.#anchor;
    if (anchor === null) return;
    this.#anchor = null;
    const text = (anchor.text.empty ? anchor.alt : anchor.text).toString();
    this.#links.add(
      anchor.href,
      'anchor',
      text === '' || sameAddress(text, anchor.href) ? null : text,
      this.#base,
    );
  }

  #finishRawText(): void {
    const script = this.#script;
    this.#script = '';
    if (script === '') return;
    this.#styleLinks(script);
    for (const match of script.matchAll(/["'`](https?:\/\/[^"'`\s<>\\]+)/gi)) {
      if (this.#links.full) return;
      this.#link(match[1], 'script');
    }
  }
}

const RAW_TEXT_TAGS = /<(\/?)(textarea|title|xmp|noembed|noframes|iframe|style|plaintext)(?![a-z0-9-])/gi;

/**
 * A browser takes everything behind an unclosed <textarea> or <title> for its text; webmail drops the element and shows
 * what follows. Senders use the difference to blind filters, so that start tags without an end tag are taken out.
 */
function withoutUnclosedRawText(html: string): string {
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
class DocumentPass implements TokenizerCallbacks {
  readonly #html: string;
  readonly #reader: HtmlReader;
  readonly #tokenizer: Tokenizer;
  #name = '';
  #attributes = new Map<string, string>();
  #attributeName = '';
  #attributeValue = '';
  #stopped = false;

  constructor(html: string, reader: HtmlReader) {
    this.#html = html;
    this.#reader = reader;
    this.#tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, this);
  }

  run(): void {
    this.#tokenizer.write(this.#html);
    if (!this.#stopped) this.#tokenizer.end();
  }

  ontext(start: number, end: number): void {
    if (this.#goesOn()) this.#reader.text(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    if (this.#goesOn()) this.#reader.text(String.fromCodePoint(codepoint));
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
    if (this.#goesOn()) this.#reader.openTag(this.#name, this.#attributes);
  }

  onselfclosingtag(): void {
    this.onopentagend();
  }

  onclosetag(start: number, end: number): void {
    if (this.#goesOn()) this.#reader.closeTag(this.#html.slice(start, end).toLowerCase());
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
    if (this.#reader.node()) return true;
    this.#stopped = true;
    this.#tokenizer.pause();
    return false;
  }
}

function isRefresh(attributes: ReadonlyMap<string, string>): boolean {
  return attributes.get('http-equiv')?.trim().toLowerCase() === 'refresh';
}

function refreshTarget(content: string): string | undefined {
  return /url\s*=\s*["']?([^"']+)/i.exec(content.slice(0, LONGEST_URL))?.[1];
}

function isPixel(attributes: ReadonlyMap<string, string>): boolean {
  const style = attributes.get('style') ?? '';
  const width = size(attributes.get('width')) ?? size(/(?:^|[;\s])width\s*:\s*(\d+)/i.exec(style)?.[1]);
  const height = size(attributes.get('height')) ?? size(/(?:^|[;\s])height\s*:\s*(\d+)/i.exec(style)?.[1]);
  return width !== null && height !== null && width <= 2 && height <= 2;
}

function size(value: string | undefined): number | null {
  const amount = Number.parseInt(value ?? '', 10);
  return Number.isNaN(amount) ? null : amount;
}

/** Whether the text of a link is its own address, which then tells nothing more. */
function sameAddress(text: string, href: string): boolean {
  return bareAddress(text) === bareAddress(href);
}

function bareAddress(text: string): string {
  return text
    .slice(0, LONGEST_URL)
    .trim()
    .toLowerCase()
    .replace(/^(mailto:|https?:\/\/)/, '')
    .replace(/\/$/, '');
}
