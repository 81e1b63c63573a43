import type { Brands } from '../lists/brands.ts';
import { skeleton } from '../names/confusables.ts';

/** What a browser reads of an address; the rest of a longer one is only there to hide something, or is data. */
const PATH_CHARS = 2_000;

/** The authority of an address: between `//` and the next `/`, `?` or `#`. */
function authority(url: string): string {
  const start = url.indexOf('//');
  if (start < 0) return '';
  const rest = url.slice(start + 2, start + 2 + PATH_CHARS);
  const end = rest.search(/[/?#\\]/);
  return end < 0 ? rest : rest.slice(0, end);
}

/** `https://brand.example@evil.example/`: people read what stands before the @. */
export function hasUserinfo(url: string): boolean {
  return authority(url).includes('@');
}

/** No port, or that of the scheme. */
export function hasStandardPort(url: string): boolean {
  const port = /:(\d{1,5})$/.exec(authority(url))?.[1];
  return port === undefined || port === (url.startsWith('https:') ? '443' : '80');
}

/** Host of a web address inside a query or path of another, '' for none. Percent-encoded once, or plain. */
export function nestedHost(url: string): string {
  const inside = url.slice(8, 8 + PATH_CHARS);
  const found = /[=/?&]https?(?::|%3a)(?:\/\/|%2f%2f)([a-z0-9.-]{4,255})/i.exec(inside)?.[1] ?? '';
  return found.toLowerCase();
}

/** Shannon entropy, bits per character, of the longest part between the delimiters of a path and query. */
export function entropyOfLongestPart(rest: string): number {
  let longest = '';
  for (const part of rest.slice(0, PATH_CHARS).split(/[/?&=.#;,]/))
    if (part.length > longest.length) longest = part;
  const counts = new Map<string, number>();
  for (const sign of longest) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / longest.length) * Math.log2(count / longest.length);
  return bits;
}

/** A word of the path is a brand's name. The query is not looked at: shops and trackers name brands there. */
export function brandInPath(rest: string, brands: Brands): boolean {
  const path = rest.slice(0, PATH_CHARS).split(/[?#]/, 1)[0] ?? '';
  const words = path.toLowerCase().split(/[^a-z0-9]+/, PATH_WORDS);
  return words.some((word) => word.length > 2 && brands.distinctive.has(skeleton(word)));
}

/** Words of a path that are looked up; a forged page shows its name early. */
const PATH_WORDS = 24;
