import type { Unpacker } from '../unpacker.ts';

/** What the directory of an archive tells, and a way to what lies in it. */
export interface Listing {
  readonly names: readonly string[];
  readonly encrypted: boolean;
  /** More names than the budget allowed. */
  readonly cut: boolean;
  /** What the entry of that index holds, its first `most` bytes; null where it cannot be read or the budget is used up. */
  content(index: number, unpacker: Unpacker, most?: number): Buffer | null;
}

/** Characters of one name that are kept; file systems allow 255. */
export const LONGEST_ENTRY_NAME = 500;

/** A listing of names alone, for archives whose packing we do not read. */
export function namesOnly(names: readonly string[], encrypted: boolean, cut: boolean): Listing {
  return { names, encrypted, cut, content: () => null };
}
