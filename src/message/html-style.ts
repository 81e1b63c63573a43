import type { StyleSheet } from './html-sheet.ts';

/** What an element's own attributes say about how its text is shown; null inherits. */
export interface ElementStyle {
  /** Nothing inside is shown, whatever inner elements say (display:none, opacity 0, off-screen …). */
  readonly removed: boolean;
  /** visibility:hidden or visible; inner elements may turn it back. */
  readonly invisible: boolean | null;
  /** Font of at most one pixel; inner elements may set their own size, as table layouts do. */
  readonly tiny: boolean | null;
  readonly color: Color | null;
  /** 'other' is an image or a colour that cannot be told. */
  readonly background: Color | 'other' | null;
}

export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

const PLAIN: ElementStyle = { removed: false, invisible: null, tiny: null, color: null, background: null };
/** A style attribute is read this far; real ones have a few hundred characters. */
const LONGEST_STYLE = 2 * 1024;
const LONGEST_COLOR = 64;
/** Pixels beyond which a shift to the left or top means "nobody shall see this". */
const OFF_SCREEN = 400;
/** Largest difference per channel (0 to 255) at which text cannot be told from what lies behind it. */
const SAME_COLOR = 12;

/** Styles remembered of one message; newsletters repeat a few dozen on thousands of elements. */
const MAX_REMEMBERED = 500;

/** Reads the attributes that decide how text is shown. Remembers what it read, because elements repeat each other. */
export class StyleReader {
  readonly #known = new Map<string, ElementStyle>();

  /** Reads style sheet, style, hidden, bgcolor, background and color of one element. */
  read(name: string, attributes: ReadonlyMap<string, string>, sheet: StyleSheet): ElementStyle {
    const own = attributes.get('style')?.slice(0, LONGEST_STYLE) ?? '';
    const ruled = sheet.declarations(name, attributes).slice(0, LONGEST_STYLE);
    // What stands at the element is stronger than any sheet.
    const style = ruled === '' ? own : `${ruled};${own}`;
    const hidden = attributes.has('hidden');
    const bgcolor = attributes.get('bgcolor')?.slice(0, LONGEST_COLOR) ?? '';
    const background = attributes.get('background')?.trim() ? 'image' : '';
    const fontColor = name === 'font' ? (attributes.get('color')?.slice(0, LONGEST_COLOR) ?? '') : '';
    if (style === '' && !hidden && bgcolor === '' && background === '' && fontColor === '') return PLAIN;
    const key = [style, hidden, bgcolor, background, fontColor].join('\n');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const rules = declarations(style);
    const read: ElementStyle = {
      removed: hidden || removes(rules),
      invisible: visibility(rules),
      tiny: tinyFont(rules),
      color: parseColor(rules.get('color') ?? fontColor),
      background: background === '' ? backgroundOf(rules, bgcolor) : 'other',
    };
    if (this.#known.size < MAX_REMEMBERED) this.#known.set(key, read);
    return read;
  }
}

/** Whether text of one colour on a background of the other can be read by nobody. */
export function indistinct(text: Color, background: Color): boolean {
  if (text.alpha <= 0.05) return true;
  return (
    Math.abs(text.red - background.red) <= SAME_COLOR &&
    Math.abs(text.green - background.green) <= SAME_COLOR &&
    Math.abs(text.blue - background.blue) <= SAME_COLOR
  );
}

/** Declarations of one style attribute that are read. */
const MAX_DECLARATIONS = 100;

/** Declarations in their order; the last of a name wins unless an earlier one is important, as in CSS. */
function declarations(style: string): ReadonlyMap<string, string> {
  const rules = new Map<string, string>();
  const important = new Set<string>();
  const readable = style.slice(0, 2 * LONGEST_STYLE + 1).replace(/\/\*.*?(\*\/|$)/gs, '');
  for (const declaration of readable.split(';', MAX_DECLARATIONS)) {
    const colon = declaration.indexOf(':');
    if (colon === -1) continue;
    const name = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration.slice(colon + 1).replace(/!\s*important/i, '');
    const insists = value.length !== declaration.length - colon - 1;
    if (important.has(name) && !insists) continue;
    if (insists) important.add(name);
    rules.set(name, value.trim().toLowerCase());
  }
  return rules;
}

function removes(rules: ReadonlyMap<string, string>): boolean {
  if (rules.get('display') === 'none') return true;
  if (Number.parseFloat(rules.get('opacity') ?? '1') <= 0.05) return true;
  const clipped = /hidden|clip/.test(rules.get('overflow') ?? rules.get('overflow-y') ?? '');
  if (isZero(rules.get('max-height')) || isZero(rules.get('max-width'))) return true;
  if (clipped && (isZero(rules.get('height')) || isZero(rules.get('width')))) return true;
  if (pixels(rules.get('text-indent')) <= -OFF_SCREEN) return true;
  const placed = /absolute|fixed/.test(rules.get('position') ?? '');
  return placed && (pixels(rules.get('left')) <= -OFF_SCREEN || pixels(rules.get('top')) <= -OFF_SCREEN);
}

function visibility(rules: ReadonlyMap<string, string>): boolean | null {
  const value = rules.get('visibility');
  if (value === undefined) return null;
  return value === 'hidden' || value === 'collapse';
}

function tinyFont(rules: ReadonlyMap<string, string>): boolean | null {
  const size =
    rules.get('font-size') ?? /(?:^|\s)(\d*\.?\d+(?:px|pt|em|rem|%))/.exec(rules.get('font') ?? '')?.[1];
  if (size === undefined) return null;
  const amount = Number.parseFloat(size);
  if (Number.isNaN(amount)) return false;
  return /em|%/.test(size) ? amount <= 0.05 : amount <= 1;
}

function isZero(value: string | undefined): boolean {
  return value !== undefined && /^0*\.?0+(px|pt|em|%)?$/.test(value);
}

function pixels(value: string | undefined): number {
  const amount = Number.parseFloat(value ?? '0');
  if (Number.isNaN(amount)) return 0;
  return /em\b/.test(value ?? '') ? amount * 16 : amount;
}

function backgroundOf(rules: ReadonlyMap<string, string>, bgcolor: string): Color | 'other' | null {
  const all = rules.get('background') ?? '';
  if (/url\(|gradient/.test(all) || /url\(|gradient/.test(rules.get('background-image') ?? ''))
    return 'other';
  const value = rules.get('background-color') ?? (all === '' ? bgcolor : all);
  if (/^(transparent|none|inherit|initial|unset)?$/.test(value.trim())) return null;
  const color = parseColor(value) ?? parseColor(value.split(/\s/)[0] ?? '');
  if (color === null) return 'other';
  return color.alpha <= 0.05 ? null : color;
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['white', '#ffffff'],
  ['black', '#000000'],
  ['red', '#ff0000'],
  ['blue', '#0000ff'],
  ['green', '#008000'],
  ['yellow', '#ffff00'],
  ['gray', '#808080'],
  ['grey', '#808080'],
  ['silver', '#c0c0c0'],
  ['lightgray', '#d3d3d3'],
  ['lightgrey', '#d3d3d3'],
  ['whitesmoke', '#f5f5f5'],
  ['ghostwhite', '#f8f8ff'],
  ['snow', '#fffafa'],
  ['ivory', '#fffff0'],
  ['navy', '#000080'],
  ['orange', '#ffa500'],
]);

/** #rgb, #rrggbb, rgb(), rgba() and common names; null for what it does not know. */
export function parseColor(raw: string): Color | null {
  const text = raw.trim().toLowerCase();
  if (text === 'transparent') return { red: 0, green: 0, blue: 0, alpha: 0 };
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/.exec(NAMED.get(text) ?? text)?.[1];
  if (hex !== undefined) {
    const full = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex;
    const channel = (at: number) => Number.parseInt(full.slice(at, at + 2), 16);
    return { red: channel(0), green: channel(2), blue: channel(4), alpha: 1 };
  }
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+(\d*\.?\d+))?\s*\)$/.exec(text);
  if (rgb === null) return null;
  return {
    red: Number(rgb[1]),
    green: Number(rgb[2]),
    blue: Number(rgb[3]),
    alpha: rgb[4] === undefined ? 1 : Number(rgb[4]),
  };
}
