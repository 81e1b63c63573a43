import type { Budgets } from './budgets.ts';
import { HtmlCounts } from './html-counts.ts';
import { DocumentPass, type HtmlHandler, withoutUnclosedRawText } from './html-document.ts';
import { HtmlLinks, LONGEST_SCRIPT } from './html-links.ts';
import { StyleSheet } from './html-sheet.ts';
import { StyleReader } from './html-style.ts';
import { OpenElements, readable } from './html-tree.ts';
import type { LinkCollector } from './links.ts';
import type { Marks } from './marks.ts';
import { TextFold } from './text-fold.ts';

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
  readonly #links: HtmlLinks;
  readonly #open = new OpenElements();
  readonly #styles = new StyleReader();
  readonly #visible: TextFold;
  readonly #hidden: TextFold;
  readonly #title = new TextFold(1_000);
  readonly #counts = new HtmlCounts();
  #nodes = 0;
  #script = '';
  #sheet = new StyleSheet();
  #charsLeft: number;

  constructor(budgets: Budgets, marks: Marks, links: LinkCollector) {
    this.#budgets = budgets;
    this.#marks = marks;
    this.#links = new HtmlLinks(links);
    this.#visible = new TextFold(budgets.textChars);
    this.#hidden = new TextFold(budgets.textChars);
    this.#charsLeft = budgets.htmlChars;
  }

  /** Reads one document, as far as the budgets of characters and nodes go. */
  read(html: string): void {
    if (html.length > this.#charsLeft) this.#marks.over('htmlChars');
    const readableHtml = withoutUnclosedRawText(html.slice(0, this.#charsLeft));
    this.#charsLeft -= readableHtml.length;
    this.#links.begin();
    this.#sheet = StyleSheet.of(readableHtml);
    new DocumentPass(readableHtml, this).run();
    this.#links.finishAnchor();
    this.#finishRawText();
    this.#open.clear();
    this.#visible.break();
    this.#hidden.break();
  }

  /** Images that lie in the HTML (data:), decoded, in its order, the first few. */
  get heldImages(): readonly Buffer[] {
    return this.#links.heldImages;
  }

  view(): HtmlView {
    if (this.#visible.full || this.#hidden.full) this.#marks.over('textChars');
    return {
      visibleText: this.#visible.toString(),
      hiddenText: this.#hidden.toString(),
      title: this.#title.toString(),
      ...this.#counts.counts,
      invisibleCharacters: this.#visible.invisible,
      splitLinkTexts: this.#links.splitTexts,
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
    this.#links.text(text);
  }

  openTag(name: string, attributes: ReadonlyMap<string, string>): void {
    if (!INLINE.has(name)) this.#break();
    if (name === 'a') this.#links.finishAnchor();
    const element = this.#open.open(
      name,
      this.#styles.read(name, attributes, this.#sheet),
      attributes.has('class'),
    );
    this.#counts.add(name, attributes, element.removed);
    this.#links.element(name, attributes);
  }

  closeTag(name: string): void {
    if (!INLINE.has(name)) this.#break();
    if (name === 'a') this.#links.finishAnchor();
    if (NO_TEXT.has(name)) this.#finishRawText();
    this.#open.close(name);
  }

  #break(): void {
    this.#visible.break();
    this.#hidden.break();
    this.#links.break();
  }

  #finishRawText(): void {
    const script = this.#script;
    this.#script = '';
    if (script !== '') this.#links.script(script);
  }
}
