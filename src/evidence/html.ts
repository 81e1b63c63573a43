export interface HtmlFacts {
  readonly present: boolean;
  readonly onlyHtml: boolean;
  readonly visibleChars: number;
  readonly hiddenChars: number;
  /** Visible text to all of the HTML, 0 to 1. */
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
  /** How alike the plain text and the visible HTML text are (word overlap), 0 to 1; null where one is missing. */
  readonly textAgreement: number | null;
}
