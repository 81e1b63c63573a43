/**
 * Words of scripts that turn text into a file or a page. One alone is common in saved pages; a decoder together with
 * something that shows or saves its result is not.
 */
const DECODES = [
  'atob(',
  'fromcharcode',
  'decodeuricomponent(',
  'unescape(',
  'base64,',
  'new uint8array',
  'cryptojs',
];
const PRODUCES = [
  'new blob',
  'createobjecturl',
  'mssaveoropenblob',
  'document.write',
  'document.documentelement',
  '.download',
  'location.href',
  'location.replace',
  'window.location',
  'eval(',
  'innerhtml',
  'insertadjacenthtml',
];

/** Does an HTML or SVG text build a file or a page from script? Linear: each word is sought once. */
export function buildsFromScript(text: string): boolean {
  const lower = text.toLowerCase();
  if (!lower.includes('<script') && !lower.includes('onload=') && !lower.includes('javascript:'))
    return false;
  return DECODES.some((word) => lower.includes(word)) && PRODUCES.some((word) => lower.includes(word));
}

/** Does an HTML text ask for something and send it away? */
export function hasForm(text: string): boolean {
  const lower = text.toLowerCase();
  return lower.includes('<form') && lower.includes('<input');
}
