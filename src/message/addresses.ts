import { decodeWords, readBytes } from './charset.ts';
import type { Address } from './message.ts';
import { asciiDomain } from './url.ts';

/** Addresses read of one message's field; a list of 2,000 recipients tells no more than one of 500. */
export const MAX_ADDRESSES = 500;
/** Characters read of one address field. Together with one pass from left to right this bounds the work. */
export const MAX_ADDRESS_FIELD = 64 * 1024;
/** RFC 5321 section 4.5.3.1 allows 64 + 1 + 255; longer ones are kept short, so that nobody stores a novel. */
const LONGEST_ADDRESS = 320;
const LONGEST_NAME = 500;

/**
 * Reads an address list (RFC 5322 section 3.4) in one pass, whatever the nesting of comments and groups. Takes the raw
 * value and decodes encoded words after splitting, because a decoded "," or "<" must not become structure.
 */
export function parseAddresses(raw: string): Address[] {
  const reader = new AddressReader();
  return reader.read(raw.slice(0, MAX_ADDRESS_FIELD));
}

class AddressReader {
  readonly #found: Address[] = [];
  #words = '';
  #comment = '';
  #angle: string | null = null;

  read(raw: string): Address[] {
    let at = 0;
    while (at < raw.length && this.#found.length < MAX_ADDRESSES) at = this.#step(raw, at);
    this.#finish();
    return this.#found;
  }

  #step(raw: string, at: number): number {
    const character = raw[at] ?? '';
    switch (character) {
      case '"':
        return this.#quoted(raw, at + 1);
      case '(':
        return this.#skipComment(raw, at);
      case '<':
        return this.#angled(raw, at + 1);
      case ',':
      case ';':
        this.#finish();
        return at + 1;
      case ':':
        // What stood before is the name of a group.
        if (!this.#words.includes('@')) this.#words = '';
        return at + 1;
      default:
        this.#words += character;
        return at + 1;
    }
  }

  #quoted(raw: string, from: number): number {
    let text = '';
    let at = from;
    for (; at < raw.length && raw[at] !== '"'; at++) {
      if (raw[at] === '\\') at += 1;
      text += raw[at] ?? '';
    }
    if (raw[at + 1] !== '@' || this.#angle !== null) {
      this.#words += text;
      return at + 1;
    }
    // A quoted local part (RFC 5321 section 4.1.2) may hold spaces.
    const domain = /^@[^\s,;<>()"]{0,255}/.exec(raw.slice(at + 1, at + 257))?.[0] ?? '';
    this.#angle = `"${text}"${domain}`;
    return at + 1 + domain.length;
  }

  #skipComment(raw: string, from: number): number {
    let depth = 0;
    let at = from;
    for (; at < raw.length; at++) {
      const character = raw[at];
      if (character === '\\') at += 1;
      else if (character === '(') depth += 1;
      else if (character === ')') depth -= 1;
      else this.#comment += character;
      if (depth === 0) break;
    }
    return at + 1;
  }

  #angled(raw: string, from: number): number {
    const close = raw.indexOf('>', from);
    const end = close === -1 ? raw.length : close;
    // "<" in a display name: the last angle pair before the comma is the address, as readers have it.
    if (this.#angle !== null) this.#words += ` ${this.#angle}`;
    this.#angle = raw.slice(from, end);
    return end + 1;
  }

  #finish(): void {
    const words = decodeWords(this.#words).replace(/\s+/g, ' ').trim();
    const comment = decodeWords(this.#comment).replace(/\s+/g, ' ').trim();
    const angle = this.#angle;
    this.#words = '';
    this.#comment = '';
    this.#angle = null;
    if (angle !== null) this.#push(words === '' ? comment : words, readBytes(angle));
    else if (/\S@\S/.test(words)) this.#pushBare(words, comment);
    else if (words !== '') this.#push(words, '');
  }

  /** An address without angle brackets; words around it are its name. */
  #pushBare(words: string, comment: string): void {
    const parts = words.split(' ');
    const at = parts.findIndex((part) => part.includes('@'));
    const address = parts[at] ?? '';
    const name = parts.filter((_, index) => index !== at).join(' ');
    this.#push(name === '' ? comment : name, address);
  }

  #push(name: string, address: string): void {
    this.#found.push(makeAddress(name, address));
  }
}

/** Brings an address into the form of the contract: domain in lower case and ASCII, lengths bounded. */
export function makeAddress(name: string, address: string): Address {
  // Readers leave out white space in an address, but a quoted local part may have some.
  const noise = address.startsWith('"') ? /[\r\n\t\0<>]+/g : /[\s\0<>]+/g;
  const trimmed = address.replace(noise, '').slice(0, LONGEST_ADDRESS);
  const shortName = name.slice(0, LONGEST_NAME);
  const at = trimmed.lastIndexOf('@');
  if (at === -1) return { name: shortName, address: trimmed, domain: '' };
  const domain = asciiDomain(trimmed.slice(at + 1));
  return { name: shortName, address: `${trimmed.slice(0, at)}@${domain}`, domain };
}
