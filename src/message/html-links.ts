import { isRefresh } from './html-counts.ts';
import type { LinkCollector } from './links.ts';
import type { LinkSite } from './message.ts';
import { TextFold } from './text-fold.ts';
import { LONGEST_LINK_TEXT, LONGEST_URL } from './url.ts';

/** Characters of one script or style sheet in which URLs are looked for. */
export const LONGEST_SCRIPT = 64 * 1024;
/** Zero-width characters between Latin letters; soft hyphens and the joiners of other scripts are honest. */
const SPLIT_WORD = /[a-z0-9][\u200b-\u200d\u2060-\u2064\ufeff]+[a-z0-9]/i;
/** Images within the HTML that are kept to search for QR codes. */
const MAX_HELD_IMAGES = 16;

/** An open link, with what a person sees in its place. */
interface Anchor {
  readonly href: string;
  readonly text: TextFold;
  readonly alt: TextFold;
  /** The text with its invisible characters. */
  raw: string;
}

/** Collects where the elements of a document lead, and the images that lie in it. */
export class HtmlLinks {
  readonly #links: LinkCollector;
  readonly #heldImages: Buffer[] = [];
  #anchor: Anchor | null = null;
  #base: string | null = null;
  /** Anchors with invisible characters in their text. */
  splitTexts = 0;

  constructor(links: LinkCollector) {
    this.#links = links;
  }

  /** Images that lie in the HTML (data:), decoded, in its order, the first few. */
  get heldImages(): readonly Buffer[] {
    return this.#heldImages;
  }

  /** Another document begins, with a base of its own. */
  begin(): void {
    this.#base = null;
  }

  /** Text that a person or a machine reads, inside of a link or not. */
  text(text: string): void {
    if (this.#anchor === null) return;
    this.#anchor.text.add(text);
    // In pieces: each character reference comes by itself.
    if (this.#anchor.raw.length < LONGEST_LINK_TEXT) this.#anchor.raw += text;
  }

  break(): void {
    this.#anchor?.text.break();
  }

  /** Collects the links of one element. */
  element(name: string, attributes: ReadonlyMap<string, string>): void {
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

  /** The link that is open, if one is, ends. */
  finishAnchor(): void {
    const anchor = this.#anchor;
    if (anchor === null) return;
    this.#anchor = null;
    if (SPLIT_WORD.test(anchor.raw)) this.splitTexts += 1;
    const text = (anchor.text.empty ? anchor.alt : anchor.text).toString();
    this.#links.add(
      anchor.href,
      'anchor',
      text === '' || sameAddress(text, anchor.href) ? null : text,
      this.#base,
    );
  }

  /** Collects the addresses that a script or style sheet names. */
  script(script: string): void {
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
