import { type Color, type ElementStyle, indistinct } from './html-style.ts';

/** An element that is open, with what its text inherits. */
export interface OpenElement {
  readonly name: string;
  readonly removed: boolean;
  readonly invisible: boolean;
  readonly tiny: boolean;
  readonly color: Color | null;
  readonly background: Color | 'other' | null;
  /** A class is named here or further out, so that a style sheet may have set colours that we do not see. */
  readonly classed: boolean;
}

/** Chrome flattens elements nested deeper than 512 levels; what lies deeper takes the style of the last one kept. */
export const MAX_OPEN_ELEMENTS = 512;

const OUTERMOST: OpenElement = {
  name: '',
  removed: false,
  invisible: false,
  tiny: false,
  color: null,
  background: null,
  classed: false,
};
const WHITE: Color = { red: 255, green: 255, blue: 255, alpha: 1 };

const VOID = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(
    ' ',
  ),
);
/** Elements whose start closes an open one of the same kind before it (HTML standard, "implied end tags"). */
const CLOSES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['p', new Set(['p'])],
  ['li', new Set(['li', 'p'])],
  ['tr', new Set(['td', 'th', 'tr', 'p'])],
  ['td', new Set(['td', 'th', 'p'])],
  ['th', new Set(['td', 'th', 'p'])],
  ['dt', new Set(['dt', 'dd', 'p'])],
  ['dd', new Set(['dt', 'dd', 'p'])],
  ['option', new Set(['option'])],
  ['a', new Set(['a'])],
  ['div', new Set(['p'])],
  ['table', new Set(['p'])],
  ['ul', new Set(['p'])],
  ['ol', new Set(['p'])],
]);

/** The open elements of a document, bounded, so that an end tag costs at most the bound. */
export class OpenElements {
  readonly #stack: OpenElement[] = [];
  readonly #count = new Map<string, number>();
  /** Elements too deep to keep. */
  #tooDeep = 0;

  get top(): OpenElement {
    return this.#stack.at(-1) ?? OUTERMOST;
  }

  /** Whether an element of this name is open. */
  has(name: string): boolean {
    return (this.#count.get(name) ?? 0) > 0;
  }

  /** Opens an element; gives the style that its text has. Elements without content are not kept. */
  open(name: string, style: ElementStyle, classed: boolean): OpenElement {
    const implied = CLOSES.get(name);
    while (implied?.has(this.top.name)) this.#pop();
    const outer = this.top;
    const element: OpenElement = {
      name,
      removed: outer.removed || style.removed,
      invisible: style.invisible ?? outer.invisible,
      tiny: style.tiny ?? outer.tiny,
      color: style.color ?? outer.color,
      background: style.background ?? outer.background,
      classed: classed || outer.classed,
    };
    if (VOID.has(name)) return element;
    if (this.#stack.length >= MAX_OPEN_ELEMENTS) {
      this.#tooDeep += 1;
      return element;
    }
    this.#stack.push(element);
    this.#count.set(name, (this.#count.get(name) ?? 0) + 1);
    return element;
  }

  /** Closes down to the nearest open element of that name; an end tag without start is ignored. */
  close(name: string): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    if (!this.has(name)) return;
    while (this.top.name !== name) this.#pop();
    this.#pop();
  }

  clear(): void {
    this.#stack.length = 0;
    this.#count.clear();
    this.#tooDeep = 0;
  }

  #pop(): void {
    const element = this.#stack.pop();
    if (element !== undefined) this.#count.set(element.name, (this.#count.get(element.name) ?? 1) - 1);
  }
}

/**
 * Whether a person can read the text of this element. Mail without a background is shown on white; where a style sheet
 * may have set one, text is given the benefit of the doubt.
 */
export function readable(element: OpenElement): boolean {
  if (element.removed || element.invisible || element.tiny) return false;
  const { color, background } = element;
  if (color === null) return true;
  if (color.alpha <= 0.05) return false;
  if (background === 'other') return true;
  if (background === null) return element.classed || !indistinct(color, WHITE);
  return !indistinct(color, background);
}
