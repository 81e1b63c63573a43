import { isDeepStrictEqual } from 'node:util';

/** What the fuzzer knows of one parser: how to feed it, and what must hold whatever the bytes. */
export interface Target {
  readonly name: string;
  /** What is fed, in a few words. */
  readonly about: string;
  /** Files that the bytes go through, below the root of the repository; words in their sources join the dictionary. */
  readonly sources: readonly string[];
  /** Words of the format, one character a byte. */
  readonly dictionary: readonly string[];
  /** What may be put around a piece of an input: an opening and its end. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Honest inputs to begin with. */
  seeds(): readonly Buffer[];
  /** Inputs are not made longer than this. */
  readonly maxBytes: number;
  /** Brings an input nearer to what the parser accepts, a right checksum for instance. */
  repair?(input: Buffer): Buffer;
  /** Feeds one input. Throws where the parser throws what it must not, and where something that must hold does not. */
  run(input: Buffer): void | Promise<void>;
}

/** Something that must hold of a parser did not. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Throws a Violation with `rule`, what was broken, where `holds` is false. */
export function hold(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Violation(rule);
}

/** Throws where two readings that must be the same are not. */
export function same(first: unknown, second: unknown, rule: string): void {
  hold(isDeepStrictEqual(first, second), rule);
}

/** The input in pieces, cut where its own bytes say, so that an input is always cut alike. */
export function pieces(input: Buffer): Buffer[] {
  const cut: Buffer[] = [];
  let state = input.length + 1;
  for (let at = 0; at < input.length; ) {
    state = (Math.imul(state, 1_103_515_245) + (input[at] ?? 0) + 12_345) >>> 0;
    const length = 1 + ((state >>> 16) % 7);
    cut.push(input.subarray(at, at + length));
    at += length;
  }
  return cut;
}

/** A piece for each byte costs some microseconds each; what a split changes, it changes within so many. */
const BYTE_BY_BYTE = 160;

/** The input byte by byte, what is beyond the first of them in one piece. */
export function bytesOf(input: Buffer): Buffer[] {
  const single = Array.from(input.subarray(0, BYTE_BY_BYTE), (_, at) => input.subarray(at, at + 1));
  return [...single, input.subarray(BYTE_BY_BYTE)];
}
