/** An element: name, attributes, children or text. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Element | string)[];
}

export function element(
  name: string,
  attributes: Element['attributes'],
  ...children: readonly (Element | string)[]
): Element {
  return { name, attributes, children };
}

/** Two digits after the point are a hundredth of a pixel, and keep the files small and the same everywhere. */
const DIGITS = 2;

/** A whole SVG file. White behind everything, so that it reads on dark pages, too. */
export function document(width: number, height: number, title: string, children: readonly Element[]): string {
  const root = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'font-family': 'system-ui, sans-serif',
      'font-size': 13,
    },
    element('title', {}, title),
    element('rect', { width, height, fill: '#fff' }),
    ...children,
  );
  return `${render(root)}\n`;
}

function render(node: Element | string): string {
  if (typeof node === 'string') return escaped(node);
  const attributes = Object.entries(node.attributes)
    .map(
      ([name, value]) => ` ${name}="${escaped(String(typeof value === 'number' ? rounded(value) : value))}"`,
    )
    .join('');
  const inside = node.children.map(render).join('');
  return inside === ''
    ? `<${node.name}${attributes}/>`
    : `<${node.name}${attributes}>${inside}</${node.name}>`;
}

export function rounded(value: number): number {
  const factor = 10 ** DIGITS;
  return Math.round(value * factor) / factor;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Text at a point; `anchor` says which part of it is there. */
export function label(
  x: number,
  y: number,
  text: string,
  more: { anchor?: 'start' | 'middle' | 'end'; fill?: string; weight?: string; turn?: number } = {},
): Element {
  const { anchor = 'start', fill = INK, weight, turn } = more;
  return element(
    'text',
    {
      x,
      y,
      fill,
      'text-anchor': anchor,
      ...(weight === undefined ? {} : { 'font-weight': weight }),
      ...(turn === undefined ? {} : { transform: `rotate(${turn} ${rounded(x)} ${rounded(y)})` }),
    },
    text,
  );
}

export const INK = '#222';
export const PALE = '#ddd';

/** Told apart by most colour-blind people; one shade each of blue, orange, green, red, purple, brown, and greys for what flatters. */
export const COLOURS = [
  '#0b62a4',
  '#e07b00',
  '#1b8a5a',
  '#c4314b',
  '#7a4fb5',
  '#7a5230',
  '#0097a7',
  '#b0388f',
];
export const GREYS = ['#666', '#999'];
