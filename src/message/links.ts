import type { Budgets } from './budgets.ts';
import type { Marks } from './marks.ts';
import type { Link, LinkSite } from './message.ts';
import { LONGEST_URL, makeLink } from './url.ts';

/** Collects links up to the budget; the same link in the same place with the same text counts once. */
export class LinkCollector {
  readonly #links: Link[] = [];
  readonly #seen = new Set<string>();
  readonly #budget: number;
  readonly #marks: Marks;

  constructor(budgets: Budgets, marks: Marks) {
    this.#budget = budgets.links;
    this.#marks = marks;
  }

  add(raw: string, where: LinkSite, text: string | null, base: string | null = null): void {
    // Looked up before it is parsed: parsing a URL costs ten times as much, and pages repeat theirs.
    const key = `${where}\n${raw.slice(0, LONGEST_URL)}\n${text ?? ''}`;
    if (this.full || this.#seen.has(key)) return;
    const link = makeLink(raw, where, text, base);
    if (link === null) return;
    if (this.#links.length >= this.#budget) {
      this.#marks.over('links');
      return;
    }
    this.#seen.add(key);
    this.#links.push(link);
  }

  /** True once nothing more would be kept, so that a scan can stop. */
  get full(): boolean {
    return this.#marks.isOver('links');
  }

  get links(): readonly Link[] {
    return this.#links;
  }
}

const START = /(?:https?|ftp):[/\\]{1,2}|www\./gi;
/** What ends a URL in running text. */
const END = /[\s<>"`{}|\\^\u00a0\u3000\uff0c\u3002\u300d\u201c\u201d]/g;

/** Finds http, https, ftp and www links in running text, in one pass from left to right. */
export function collectTextLinks(text: string, where: LinkSite, into: LinkCollector): void {
  START.lastIndex = 0;
  for (let match = START.exec(text); match !== null && !into.full; match = START.exec(text)) {
    const start = match.index;
    const bare = match[0].toLowerCase() === 'www.';
    if (bare && /[\p{L}\p{N}@.-]/u.test(text[start - 1] ?? '')) continue;
    END.lastIndex = start + match[0].length;
    const end = Math.min(END.exec(text)?.index ?? text.length, start + LONGEST_URL);
    const url = trimTrailing(text.slice(start, end));
    // A URL inside another one (a redirector's parameter) belongs to it, so the search goes on behind.
    START.lastIndex = Math.max(start + match[0].length, end);
    if (url.length > match[0].length) into.add(bare ? `http://${url}` : url, where, null);
  }
}

const TRAILING = new Set(".,;:!?'*_~]");

/** Punctuation after a link is the sentence's; a closing bracket is the link's only where it opened inside. */
function trimTrailing(url: string): string {
  let surplus = 0;
  for (const character of url) {
    if (character === '(') surplus -= 1;
    else if (character === ')') surplus += 1;
  }
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1] ?? '';
    if (last === ')' && surplus > 0) surplus -= 1;
    else if (!TRAILING.has(last)) break;
  }
  return url.slice(0, end);
}

/** Links of List-Unsubscribe (RFC 2369): `<https://…>, <mailto:…>`. */
export function collectHeaderLinks(value: string, into: LinkCollector): void {
  for (const match of value.slice(0, LONGEST_URL).matchAll(/<([^<>]*)>/g)) {
    into.add((match[1] ?? '').replace(/\s+/g, ''), 'header', null);
  }
}
