import { isUtf8 } from 'node:buffer';
import { decodeWords, hasHighBytes } from './charset.ts';
import type { RawField } from './header-block.ts';
import type { Marks } from './marks.ts';
import type { HeaderField } from './message.ts';

/** Fields that RFC 5322 section 3.6 allows once. */
export const SINGLETONS = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
] as const;

/** Characters kept of one value; the walk's own budget bounds the sum. */
const LONGEST_VALUE = 64 * 1024;

/** Header fields as people read them: encoded words decoded, lengths bounded. */
export function decodedHeaders(fields: readonly RawField[]): HeaderField[] {
  return fields.map(({ name, value }) => ({ name, value: decodeWords(value.slice(0, LONGEST_VALUE)) }));
}

/** Value of the first field of that name, or null. */
export function firstValue(headers: readonly HeaderField[], name: string): string | null {
  return headers.find((header) => header.name === name)?.value ?? null;
}

/** Marks fields that two readers take for different things. */
export function headerMarks(fields: readonly RawField[], marks: Marks): void {
  const counts = new Map<string, number>();
  for (const { name, value } of fields) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    // UTF-8 in headers is RFC 6532; anything else is read as whatever the reader's own charset is.
    if (hasHighBytes(value) && !isUtf8(Buffer.from(value, 'latin1'))) marks.ambiguous('header_8bit_not_utf8');
  }
  for (const name of SINGLETONS) {
    if ((counts.get(name) ?? 0) > 1) marks.ambiguous(`duplicate_${name.replaceAll('-', '_')}`);
  }
}
