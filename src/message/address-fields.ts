import { MAX_ADDRESSES, makeAddress, parseAddresses } from './addresses.ts';
import type { RawField } from './header-block.ts';
import type { Marks } from './marks.ts';
import type { Address } from './message.ts';

export interface AddressFields {
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
}

/**
 * Reads the address fields; several fields of one name are read one after the other, so that no second From is lost.
 * Addresses of From that only the other reading found are added, and the disagreement is marked.
 */
export function readAddresses(
  fields: readonly RawField[],
  otherFrom: readonly string[],
  marks: Marks,
): AddressFields {
  const read = (name: string): Address[] =>
    fields
      .filter((field) => field.name === name)
      .flatMap((field) => parseAddresses(field.value))
      .slice(0, MAX_ADDRESSES);
  const from = read('from');
  const known = new Set(from.map((address) => address.address.toLowerCase()));
  const missed = [...new Set(otherFrom)].filter((address) => !known.has(address));
  if (missed.length > 0) marks.ambiguous('from_addresses_disagree');
  const all = [...from, ...missed.map((address) => makeAddress('', address))].slice(0, MAX_ADDRESSES);
  if (new Set(all.filter((each) => each.domain !== '').map((each) => each.address.toLowerCase())).size > 1) {
    marks.ambiguous('several_from_addresses');
  }
  if (all.some((address) => /\S@\S/.test(address.name) && !sameMailbox(address)))
    marks.ambiguous('address_in_from_name');
  return { from: all, sender: read('sender'), replyTo: read('reply-to'), to: read('to'), cc: read('cc') };
}

function sameMailbox({ name, address }: Address): boolean {
  return name.toLowerCase().includes(address.toLowerCase());
}
