import { isUtf8 } from 'node:buffer';
import { SHIFTED } from './shifted-charset.ts';
import { decodeUtf7, UTF7_LABELS } from './utf7.ts';
import { utf16Order } from './utf16.ts';

export interface Decoded {
  readonly text: string;
  /** The label was unknown, so that the text was read as UTF-8 where that fits, else as windows-1252. */
  readonly unknownCharset: boolean;
}

/** Names that mail uses and the WHATWG encoding list does not have. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['utf8mb4', 'utf-8'],
  ['utf_8', 'utf-8'],
  ['cp1250', 'windows-1250'],
  ['cp-850', 'windows-1252'],
  ['ansi_x3.4-1968', 'us-ascii'],
  ['7bit', 'us-ascii'],
  ['8bit', 'utf-8'],
  ['iso-8859-8-e', 'iso-8859-8'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['cp950', 'big5'],
  ['cp932', 'shift_jis'],
  ['ms949', 'euc-kr'],
  ['ks_c_5601', 'euc-kr'],
  ['gb2312_charset', 'gbk'],
  ['koi8', 'koi8-r'],
]);

const decoders = new Map<string, TextDecoder | null>();
/** Labels are the sender's; without a bound on the cache a stream of invented ones would fill memory. */
const MAX_CACHED_LABELS = 200;
const LONGEST_LABEL = 40;

const utf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');

/** Decodes bytes as text. Never throws: an unknown charset falls back to UTF-8, then to windows-1252. */
export function decodeBytes(bytes: Uint8Array, label: string): Decoded {
  const name = label.trim().toLowerCase();
  if (UTF7_LABELS.has(name)) return { text: decodeUtf7(windows1252.decode(bytes)), unknownCharset: false };
  const shifted = SHIFTED.get(name);
  if (shifted !== undefined) return decodeBytes(shifted.unshift(bytes), shifted.charset);
  if (name === '' || name === 'us-ascii' || name === 'ascii')
    return { text: guess(bytes), unknownCharset: false };
  const decoder = decoderFor(utf16Order(bytes, name) ?? name);
  if (decoder === null) return { text: guess(bytes), unknownCharset: true };
  return { text: decoder.decode(bytes), unknownCharset: false };
}

/** Reads bytes whose charset nobody named: UTF-8 where they are valid, else windows-1252. */
export function guess(bytes: Uint8Array): string {
  return isUtf8(bytes) ? utf8.decode(bytes) : windows1252.decode(bytes);
}

function decoderFor(name: string): TextDecoder | null {
  if (name.length > LONGEST_LABEL) return null;
  const cached = decoders.get(name);
  if (cached !== undefined) return cached;
  const decoder = makeDecoder(ALIASES.get(name) ?? name);
  if (decoders.size < MAX_CACHED_LABELS) decoders.set(name, decoder);
  return decoder;
}

function makeDecoder(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label);
  } catch {
    // The constructor's RangeError is the only way to ask whether a label is known.
    return null;
  }
}

const ENCODED_WORD = /=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bq])\?([^?]*)\?=/gi;

/**
 * Decodes the encoded words of a header value (RFC 2047). Neighbours of one charset are joined before decoding, because
 * senders split characters between them. Text outside encoded words is read as UTF-8 where valid, else as windows-1252.
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return readBytes(value);
  let out = '';
  let last = 0;
  let pending: { charset: string; bytes: Buffer[] } | null = null;
  const flush = () => {
    if (pending !== null) out += decodeBytes(Buffer.concat(pending.bytes), pending.charset).text;
    pending = null;
  };
  for (const match of value.matchAll(ENCODED_WORD)) {
    const between = value.slice(last, match.index);
    const charset = (match[1] ?? '').toLowerCase();
    // RFC 2047 section 6.2: white space between two encoded words is not shown.
    const joined = last > 0 && between.trim() === '';
    if (!joined) {
      flush();
      out += readBytes(between);
    }
    const bytes = wordBytes(match[2] ?? '', match[3] ?? '');
    if (pending !== null && pending.charset === charset) pending.bytes.push(bytes);
    else {
      flush();
      pending = { charset, bytes: [bytes] };
    }
    last = match.index + match[0].length;
  }
  flush();
  return out + readBytes(value.slice(last));
}

/** Text of a value that holds one byte a character, without looking for encoded words. */
export function readBytes(text: string): string {
  return hasHighBytes(text) ? guess(Buffer.from(text, 'latin1')) : text;
}

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding === 'b' || encoding === 'B') return Buffer.from(text, 'base64');
  const unescaped = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(unescaped, 'latin1');
}

/** Whether a value that holds one byte a character has bytes outside ASCII. */
export function hasHighBytes(value: string): boolean {
  return /[\x80-\xff]/.test(value);
}
