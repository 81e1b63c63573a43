/** Words that can start a script in a page or drawing. */
const SCRIPTED = ['<script', 'onload=', 'onerror=', 'javascript:', '<foreignobject'];
/**
 * Words of scripts that turn text into a file or a page. One alone is common in saved pages; a decoder together with
 * something that shows or saves its result is not.
 */
const DECODES = [
  'atob(',
  'atob`',
  "['atob']",
  '["atob"]',
  'fromcharcode',
  'decodeuricomponent(',
  'unescape(',
  'base64,',
  'new uint8array',
  'uint8array.from',
  'cryptojs',
];
const PRODUCES = [
  'new blob',
  'new file(',
  'createobjecturl',
  'mssaveoropenblob',
  'mssaveblob',
  'document.write',
  'document.documentelement',
  "document['write",
  'document["write',
  '.download',
  '.srcdoc',
  'location.href',
  'location.replace',
  'location.assign',
  'window.location',
  'eval(',
  'new function(',
  'innerhtml',
  'outerhtml',
  'insertadjacenthtml',
  'createcontextualfragment',
];
/** A link that holds a file or a page: no script is needed to save it. */
const DATA_LINK = /\bhref\s{0,8}=\s{0,8}["']?\s{0,8}data:(?:application\/|text\/html)/i;
/** A file as a string in a script: base64 or hexadecimal of 4 KB or more. */
const LONG_STRING = /["'`][A-Za-z0-9+/=\\]{4096}/;

/** Does an HTML or SVG text build a file or a page from script, or hold one in a link? Linear: each sign is sought once. */
export function buildsFromScript(text: string): boolean {
  const lower = text.toLowerCase();
  if (DATA_LINK.test(text)) return true;
  if (!SCRIPTED.some((word) => lower.includes(word))) return false;
  if (!PRODUCES.some((word) => lower.includes(word))) return false;
  return DECODES.some((word) => lower.includes(word)) || LONG_STRING.test(text);
}

/** Does an HTML text ask for something and send it away? */
export function hasForm(text: string): boolean {
  const lower = text.toLowerCase();
  if (/<input\b[^>]{0,500}?type\s*=\s*["']?password/.test(lower)) return true;
  return lower.includes('<form') && lower.includes('<input');
}

/** A page with less text than this only passes its reader on. */
const LITTLE_TEXT = 400;
const JUMP =
  /(?:(?:window|document|self|top|parent)\s*\.\s*)?location(?:\s*\.\s*href)?\s*=\s*[^=]|location\s*\.\s*(?:replace|assign)\s*\(|http-equiv\s*=\s*["']?refresh/i;

/** Does an HTML or SVG text show next to nothing and lead its reader to another page? */
export function redirects(text: string): boolean {
  if (!/<(?:script|svg|meta|body|html)\b/i.test(text) || !JUMP.test(text)) return false;
  return shownChars(text) < LITTLE_TEXT;
}

/** Characters outside of tags, scripts and styles, in one pass. */
function shownChars(text: string): number {
  let shown = 0;
  let at = 0;
  while (at < text.length && shown < LITTLE_TEXT) {
    const open = text.indexOf('<', at);
    shown += text.slice(at, open === -1 ? text.length : open).trim().length;
    if (open === -1) break;
    const raw = /^<(script|style)\b/i.exec(text.slice(open, open + 8))?.[1];
    const from = raw === undefined ? open : endOf(text, `</${raw.toLowerCase()}`, open);
    const close = text.indexOf('>', from);
    if (close === -1) break;
    at = close + 1;
  }
  return shown;
}

function endOf(text: string, tag: string, from: number): number {
  const exact = text.indexOf(tag, from);
  const found = exact === -1 ? text.indexOf(tag.toUpperCase(), from) : exact;
  return found === -1 ? text.length : found;
}
