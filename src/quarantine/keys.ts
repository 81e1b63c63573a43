import { hash } from 'node:crypto';

/** PostgreSQL refuses index entries of more than 2,704 bytes; a letter has at most 4. */
const KEY_LETTERS = 200;

/** What an index has of a text: in lower case, and its beginning alone. */
export function keyOf(text: string): string {
  return [...storable(text).toLowerCase()].slice(0, KEY_LETTERS).join('');
}

/** A recipient as questions of scope ask for it. What is too long for an index is its hash, so that no two are taken for one. */
export function addressKeys(recipient: string): { readonly address: string; readonly domain: string } {
  const address = storable(recipient).toLowerCase();
  return { address: whole(address), domain: whole(address.slice(address.lastIndexOf('@') + 1)) };
}

/** PostgreSQL takes neither NUL nor half a surrogate pair in a text; mail has both. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}').toWellFormed();
}

function whole(text: string): string {
  return text.length <= KEY_LETTERS * 2 ? text : `sha256:${hash('sha256', text, 'hex')}`;
}
