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
