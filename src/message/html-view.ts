import type { Budgets } from './budgets.ts';
import { HtmlCounts, isRefresh } from './html-counts.ts';
import { DocumentPass, type HtmlHandler, withoutUnclosedRawText } from './html-document.ts';
import { StyleSheet } from './html-sheet.ts';
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
  /** Images that lie in the HTML itself (data:). */
  readonly dataImages: number;
  /** Anchors with invisible characters in their text. */
  readonly splitLinkTexts: number;
  /** Characters of all HTML that was read. */
  readonly chars: number;
  readonly nodes: number;
}

/** Characters of one script or style sheet in which URLs are looked for. */
const LONGEST_SCRIPT = 64 * 1024;
/** Zero-width characters between Latin letters; soft hyphens and the joiners of other scripts are honest. */
const SPLIT_WORD = /[a-z0-9][\u200b-\u200d\u2060-\u2064\ufeff]+[a-z0-9]/i;
/** Images within the HTML that are kept to search for QR codes. */
const MAX_HELD_IMAGES = 16;
/** Elements that stand within a line; every other tag separates words. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark o:p q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
/** Elements whose content no reader shows as text. */
const NO_TEXT = new Set(['script', 'style', 'noembed', 'noframes', 'iframe']);

/**
 * Reads HTML in one pass from left to right. Built on the tokenizer of htmlparser2 and not on its Parser, which keeps its
 * open elements at the front of an array and so takes quadratic time on nested tags. Several documents of one message go
 * through one reader; none can hide another by tags it leaves open.
 */
export class HtmlReader implements HtmlHandler {
  readonly #budgets: Budgets;
  readonly #marks: Marks;
  readonly #links: LinkCollector;
  readonly #open = new OpenElements();
  readonly #styles = new StyleReader();
  readonly #visible: TextFold;
  readonly #hidden: TextFold;
  readonly #title = new TextFold(1_000);
  readonly #counts = new HtmlCounts();
  #nodes = 0;
  #splitLinkTexts = 0;
  readonly #heldImages: Buffer[] = [];
  #anchor: { href: string; text: TextFold; alt: TextFold; raw: string } | null = null;
  #script = '';
  #base: string | null = null;
  #sheet = new StyleSheet();
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
    this.#sheet = StyleSheet.of(readableHtml);
    new DocumentPass(readableHtml, this).run();
    this.#finishAnchor();
    this.#finishRawText();
    this.#open.clear();
    this.#visible.break();
    this.#hidden.break();
  }

  /** Images that lie in the HTML (data:), decoded, in its order, the first few. */
  get heldImages(): readonly Buffer[] {
    return this.#heldImages;
  }

  view(): HtmlView {
    if (this.#visible.full || this.#hidden.full) this.#marks.over('textChars');
    return {
      visibleText: this.#visible.toString(),
      hiddenText: this.#hidden.toString(),
      title: this.#title.toString(),
      ...this.#counts.counts,
      invisibleCharacters: this.#visible.invisible,
      splitLinkTexts: this.#splitLinkTexts,
      chars: this.#budgets.htmlChars - this.#charsLeft,
      nodes: this.#nodes,
    };
  }

  /** Counts one tag or run of text; false once the budget is used up. */
  node(): boolean {
    if (this.#nodes >= this.#budgets.htmlNodes) {
      this.#marks.over('htmlNodes');
      return false;
    }
    this.#nodes += 1;
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
    if (this.#anchor !== null) {
      this.#anchor.text.add(text);
      // In pieces: each character reference comes by itself.
      if (this.#anchor.raw.length < LONGEST_LINK_TEXT) this.#anchor.raw += text;
    }
  }

  openTag(name: string, attributes: ReadonlyMap<string, string>): void {
    if (!INLINE.has(name)) this.#break();
    if (name === 'a') this.#finishAnchor();
    const element = this.#open.open(
      name,
      this.#styles.read(name, attributes, this.#sheet),
      attributes.has('class'),
    );
    this.#counts.add(name, attributes, element.removed);
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

  #collect(name: string, attributes: ReadonlyMap<string, string>): void {
    const href = attributes.get('href') ?? attributes.get('xlink:href');
    switch (name) {
      case 'a':
        if (href !== undefined)
          this.#anchor = {
            href,
            text: new TextFold(LONGEST_LINK_TEXT),
            alt: new TextFold(LONGEST_LINK_TEXT),
            raw: '',
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
      case 'img': {
        const alt = attributes.get('alt') ?? '';
        if (alt !== '') this.#anchor?.alt.add(`${alt} `);
        this.#holdImage(attributes.get('src') ?? '');
        this.#link(attributes.get('src'), 'image');
        break;
      }
      default:
        this.#link(attributes.get('src'), 'image');
        this.#link(attributes.get('formaction'), 'form');
    }
    this.#link(attributes.get('background'), 'image');
    const style = attributes.get('style');
    if (style?.includes('(')) this.#styleLinks(style);
  }

  #holdImage(source: string): void {
    if (this.#heldImages.length >= MAX_HELD_IMAGES) return;
    const head = /^\s*data:image\/[a-z0-9.+-]{1,20}(?:;[a-z0-9=-]{1,40})?;base64,/i.exec(
      source.slice(0, 200),
    )?.[0];
    if (head !== undefined) this.#heldImages.push(Buffer.from(source.slice(head.length), 'base64'));
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
    if (SPLIT_WORD.test(anchor.raw)) this.#splitLinkTexts += 1;
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

function refreshTarget(content: string): string | undefined {
  return /url\s*=\s*["']?([^"']+)/i.exec(content.slice(0, LONGEST_URL))?.[1];
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
