import type { HtmlView } from './html-view.ts';

type Counted = Omit<
  HtmlView,
  'visibleText' | 'hiddenText' | 'title' | 'invisibleCharacters' | 'nodes' | 'splitLinkTexts' | 'chars'
>;

/** Counts the elements of a document that evidence asks for. */
export class HtmlCounts {
  readonly #counts: { -readonly [Name in keyof Counted]: number } = {
    anchors: 0,
    images: 0,
    remoteImages: 0,
    dataImages: 0,
    trackingPixels: 0,
    forms: 0,
    passwordInputs: 0,
    inputs: 0,
    scripts: 0,
    iframes: 0,
    metaRefresh: 0,
  };

  get counts(): Counted {
    return { ...this.#counts };
  }

  /** Counts one element; `removed` says that nobody sees it. */
  add(name: string, attributes: ReadonlyMap<string, string>, removed: boolean): void {
    switch (name) {
      case 'a':
        if (attributes.has('href')) this.#counts.anchors += 1;
        break;
      case 'img':
        this.#addImage(attributes, removed);
        break;
      case 'form':
        this.#counts.forms += 1;
        break;
      case 'input':
        this.#addInput(attributes.get('type')?.trim().toLowerCase() ?? 'text');
        break;
      case 'textarea':
      case 'select':
        this.#counts.inputs += 1;
        break;
      case 'script':
        this.#counts.scripts += 1;
        break;
      case 'iframe':
      case 'frame':
        this.#counts.iframes += 1;
        break;
      case 'meta':
        if (isRefresh(attributes)) this.#counts.metaRefresh += 1;
    }
  }

  #addInput(type: string): void {
    if (type === 'password') this.#counts.passwordInputs += 1;
    if (type !== 'hidden') this.#counts.inputs += 1;
  }

  #addImage(attributes: ReadonlyMap<string, string>, removed: boolean): void {
    this.#counts.images += 1;
    if (/^\s*data:image\//i.test((attributes.get('src') ?? '').slice(0, 100))) this.#counts.dataImages += 1;
    if (!/^\s*(https?:|\/\/)/i.test((attributes.get('src') ?? '').slice(0, 100))) return;
    this.#counts.remoteImages += 1;
    if (removed || isPixel(attributes)) this.#counts.trackingPixels += 1;
  }
}

/** Whether a meta element sends the reader on. */
export function isRefresh(attributes: ReadonlyMap<string, string>): boolean {
  return attributes.get('http-equiv')?.trim().toLowerCase() === 'refresh';
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
