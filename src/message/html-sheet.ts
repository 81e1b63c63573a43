/** Characters of all style sheets of one document that are read; the sheets of newsletters have up to 40,000. */
export const SHEET_CHARS = 128 * 1024;
/** Selectors kept of one document. */
const MAX_SELECTORS = 2_000;
/** Classes of one element that are looked up. */
const MAX_CLASSES = 16;
/** Declarations kept for one selector. */
const LONGEST_RULE = 600;
/** What decides whether text can be seen; all else of a rule is dropped. */
const SHOWING =
  /^(?:display|visibility|opacity|font|font-size|color|background|background-color|background-image|overflow|overflow-y|max-height|max-width|height|width|text-indent|position|left|top)$/;
/** One element by its name, class or id. Longer selectors depend on what is around, and are left out. */
const SIMPLE = /^(\*|[a-z][a-z0-9]*)?([.#][a-z0-9_-]+)?$/i;

/**
 * The rules of the style sheets in a document, as far as they name elements simply and hold on every screen: what stands
 * under @media is for telephones and printers. Lookups cost the same however long the sheet is.
 */
export class StyleSheet {
  readonly #rules = new Map<string, string>();
  #charsLeft = SHEET_CHARS;

  /** Reads every <style> of a document before its text: rules hold for what stands before them, too. */
  static of(html: string): StyleSheet {
    const sheet = new StyleSheet();
    const starts = /<style\b/gi;
    const ends = /<\/style/gi;
    for (let start = starts.exec(html); start !== null; start = starts.exec(html)) {
      const open = html.indexOf('>', starts.lastIndex);
      if (open === -1) break;
      ends.lastIndex = open;
      const end = ends.exec(html)?.index ?? html.length;
      sheet.#add(html.slice(open + 1, end));
      starts.lastIndex = end;
    }
    return sheet;
  }

  get empty(): boolean {
    return this.#rules.size === 0;
  }

  /** Declarations that hold for an element, the stronger ones later; '' for none. */
  declarations(name: string, attributes: ReadonlyMap<string, string>): string {
    if (this.empty) return '';
    const classes = (attributes.get('class') ?? '').slice(0, 1_000).trim().split(/\s+/, MAX_CLASSES);
    const id = attributes.get('id')?.trim() ?? '';
    const found = [this.#rules.get('*'), this.#rules.get(name)];
    for (const one of classes) {
      if (one !== '') found.push(this.#rules.get(`.${one}`), this.#rules.get(`${name}.${one}`));
    }
    if (id !== '') found.push(this.#rules.get(`#${id}`), this.#rules.get(`${name}#${id}`));
    return found.filter((rule) => rule !== undefined).join(';');
  }

  #add(css: string): void {
    const read = css.slice(0, this.#charsLeft).replace(/\/\*.*?(?:\*\/|$)|<!--|-->/gs, '');
    this.#charsLeft -= Math.min(css.length, this.#charsLeft);
    let at = 0;
    while (at < read.length) {
      const open = read.indexOf('{', at);
      if (open === -1) return;
      // An @import or @charset ends with a semicolon, without a block.
      const selectors = read.slice(at, open).replace(/^.*;/s, '').trim();
      if (selectors.startsWith('@')) {
        at = afterBlock(read, open);
        continue;
      }
      const close = read.indexOf('}', open);
      const end = close === -1 ? read.length : close;
      this.#rule(selectors, read.slice(open + 1, end));
      at = end + 1;
    }
  }

  #rule(selectors: string, body: string): void {
    const declarations = body
      .split(';')
      .filter((declaration) =>
        SHOWING.test(declaration.slice(0, declaration.indexOf(':')).trim().toLowerCase()),
      )
      .map((declaration) => declaration.trim())
      .join(';')
      .slice(0, LONGEST_RULE);
    if (declarations === '') return;
    for (const raw of selectors.split(',')) {
      const selector = SIMPLE.exec(raw.trim());
      if (selector === null || selector[0] === '') continue;
      const key = `${(selector[1] ?? '').toLowerCase()}${selector[2] ?? ''}`.replace(/^\*(?=.)/, '');
      const before = this.#rules.get(key);
      if (before === undefined && this.#rules.size >= MAX_SELECTORS) return;
      this.#rules.set(
        key,
        before === undefined ? declarations : `${before};${declarations}`.slice(-LONGEST_RULE),
      );
    }
  }
}

/** Behind the block that opens at `open`, with the blocks in it. */
function afterBlock(css: string, open: number): number {
  let depth = 0;
  const braces = /[{}]/g;
  braces.lastIndex = open;
  for (let brace = braces.exec(css); brace !== null; brace = braces.exec(css)) {
    depth += brace[0] === '{' ? 1 : -1;
    if (depth === 0) return braces.lastIndex;
  }
  return css.length;
}
