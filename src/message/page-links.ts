import { collectTextLinks, type LinkCollector } from './links.ts';

/** Encoded strings of one page that are decoded. */
const MAX_ENCODED = 50;
/** `http:` or `https:` in base64 begins with these letters (three bytes make four). */
const BASE64_LINK = /aHR0c(?:Dov|HM6L)[A-Za-z0-9+/]{8,4000}={0,2}/g;
/** `http` with each letter percent-encoded, as unescape() takes it. */
const PERCENT_LINK = /%68%74%74%70(?:%[0-9a-f]{2}|[\w.~/:?#=&-]){4,4000}/gi;
/** Calls and concatenation between quotes hide an address from a plain search. */
const JOINED = /(["'])\s{0,8}\+\s{0,8}\1/g;

/**
 * Collects the links of an HTML or SVG file from its source: in attributes and scripts alike, plain, with entities,
 * in base64 or percent-encoded, and joined from pieces. Nothing is run.
 */
export function collectPageLinks(page: string, into: LinkCollector): void {
  const text = page
    .replaceAll('&amp;', '&')
    .replace(/&#x2f;|&#47;|&sol;/gi, '/')
    .replace(/&#x3a;|&#58;|&colon;/gi, ':')
    .replaceAll('\\/', '/')
    .replace(JOINED, '');
  collectTextLinks(text, 'attachment', into);
  decodeEach(text, BASE64_LINK, (found) => Buffer.from(found, 'base64').toString('latin1'), into);
  decodeEach(text, PERCENT_LINK, (found) => percentDecoded(found), into);
}

function decodeEach(
  text: string,
  pattern: RegExp,
  decode: (found: string) => string,
  into: LinkCollector,
): void {
  let left = MAX_ENCODED;
  for (const match of text.matchAll(pattern)) {
    if (left-- <= 0) return;
    collectTextLinks(decode(match[0]), 'attachment', into);
  }
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
