import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// The package has no types of its own; this is the part of it that is used.
const sanitize = require('sanitize-html') as (
  dirty: string,
  options: {
    readonly allowedTags: readonly string[];
    readonly allowedAttributes: Readonly<Record<string, readonly string[]>>;
    readonly nonTextTags: readonly string[];
    readonly disallowedTagsMode: 'discard';
    readonly nestingLimit: number;
    readonly parser: { readonly decodeEntities: boolean };
  },
) => string;

/** Characters of HTML that are cleaned for a person to look at; a longer page is cut, and says so. */
export const MAX_VIEW_CHARS = 262_144;

/** Deeper elements are text: browsers stop at 512, and no layout of people needs a tenth of it. */
const MAX_NESTING = 100;

/** Text and its structure alone: nothing that loads, runs, links, asks or positions. */
const TAGS = [
  'h1 h2 h3 h4 h5 h6 p div span br hr b strong i em u s small sub sup blockquote pre code',
  'ul ol li dl dt dd table caption thead tbody tfoot tr th td center',
]
  .join(' ')
  .split(' ');

const CELL = ['colspan', 'rowspan', 'align'];

/** Elements whose content nobody sees as text. */
const SILENT = [
  'script style textarea option noscript noembed noframes iframe object embed applet svg math template title head xmp plaintext',
]
  .join(' ')
  .split(' ');

/** HTML of a message with all taken away that could run, load or lead anywhere. The answer's own policy stands behind it. */
export function safeHtml(dirty: string): string {
  return sanitize(dirty.slice(0, MAX_VIEW_CHARS), {
    allowedTags: TAGS,
    allowedAttributes: { td: CELL, th: CELL, p: ['align'], div: ['align'] },
    nonTextTags: SILENT,
    disallowedTagsMode: 'discard',
    nestingLimit: MAX_NESTING,
    parser: { decodeEntities: true },
  });
}

/** Headers of the view: it may show text, and nothing else whatever is in it. */
export const VIEW_POLICY =
  "default-src 'none'; style-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox";
