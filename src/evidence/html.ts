import type { EvidenceSource } from './evidence.ts';
import { wordsOf } from './text/words.ts';

export interface HtmlFacts {
  readonly present: boolean;
  readonly onlyHtml: boolean;
  readonly visibleChars: number;
  readonly hiddenChars: number;
  /** Hidden text to all text of the HTML, 0 to 1. */
  readonly hiddenShare: number;
  readonly images: number;
  readonly remoteImages: number;
  readonly trackingPixels: number;
  /** Images and next to no text. */
  readonly imageOnly: boolean;
  readonly forms: number;
  readonly passwordInputs: number;
  readonly scripts: number;
  readonly iframes: number;
  readonly metaRefresh: number;
  readonly invisibleCharacters: number;
  /** Images that lie in the HTML itself (data:). */
  readonly dataImages: number;
  /** Link texts with invisible characters in them, which split words for a machine. */
  readonly splitLinkTexts: number;
  /** Visible text to all characters of the HTML, 0 to 1; null without HTML. */
  readonly textShare: number | null;
  /** How alike the plain text and the visible HTML text are (word overlap), 0 to 1; null where one is missing. */
  readonly textAgreement: number | null;
}

const NO_HTML: HtmlFacts = {
  present: false,
  onlyHtml: false,
  visibleChars: 0,
  hiddenChars: 0,
  hiddenShare: 0,
  images: 0,
  remoteImages: 0,
  trackingPixels: 0,
  imageOnly: false,
  forms: 0,
  passwordInputs: 0,
  scripts: 0,
  iframes: 0,
  metaRefresh: 0,
  invisibleCharacters: 0,
  dataImages: 0,
  splitLinkTexts: 0,
  textShare: null,
  textAgreement: null,
};

/** A greeting and a line: below this an image carries the message. */
const NEXT_TO_NO_TEXT = 80;
/** Words of each text that are compared; two texts that begin alike are alike. */
const COMPARED_WORDS = 200;

/** What the HTML does beside showing text. */
export function htmlSource(): EvidenceSource<'html'> {
  return {
    name: 'html',
    onFailure: 'open',
    gather(_mail, { html, text }) {
      if (html === null) return NO_HTML;
      const visible = html.visibleText.length;
      const hidden = html.hiddenText.length;
      return {
        present: true,
        onlyHtml: text.trim() === '',
        visibleChars: visible,
        hiddenChars: hidden,
        hiddenShare: hidden === 0 ? 0 : hidden / (hidden + visible),
        images: html.images,
        remoteImages: html.remoteImages,
        trackingPixels: html.trackingPixels,
        imageOnly: html.images > html.trackingPixels && visible < NEXT_TO_NO_TEXT,
        forms: html.forms,
        passwordInputs: html.passwordInputs,
        scripts: html.scripts,
        iframes: html.iframes,
        metaRefresh: html.metaRefresh,
        invisibleCharacters: html.invisibleCharacters,
        dataImages: html.dataImages,
        splitLinkTexts: html.splitLinkTexts,
        textShare: html.chars === 0 ? null : Math.min(1, visible / html.chars),
        textAgreement: overlap(text, html.visibleText),
      };
    },
  };
}

/** Dice's coefficient of the sets of words: twice the shared to the sum of both. Null where one has no words. */
function overlap(a: string, b: string): number | null {
  const first = new Set(wordsOf(a.slice(0, COMPARED_CHARS), COMPARED_WORDS));
  const second = new Set(wordsOf(b.slice(0, COMPARED_CHARS), COMPARED_WORDS));
  if (first.size === 0 || second.size === 0) return null;
  let shared = 0;
  for (const word of first) if (second.has(word)) shared++;
  return (2 * shared) / (first.size + second.size);
}

/** Room for that many words. */
const COMPARED_CHARS = 2_000;
