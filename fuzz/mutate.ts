import type { Random } from './random.ts';

/** What mutators may use. */
export interface Material {
  readonly words: readonly Buffer[];
  readonly pairs: readonly (readonly [Buffer, Buffer])[];
  readonly maxBytes: number;
  /** Another kept input, for splicing. */
  other(): Buffer;
}

type Mutator = (input: Buffer, random: Random, material: Material) => Buffer;

/** Mutations that are laid over each other at most. */
const MOST_AT_ONCE = 6;
/** Bytes that formats of mail give a meaning, and the ends of ranges. */
const NOTABLE = [...Buffer.from('\0\t\n\r "\'#%&()*+,-./09:;<=>?@AZ[\\]_az{}|\x7f\x80\xc3\xff', 'latin1')];
const NUMBERS = [
  0,
  1,
  2,
  127,
  128,
  255,
  256,
  32_767,
  32_768,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];
/** How often a piece may be repeated. */
const MOST_REPEATS = 200;

const MUTATORS: readonly Mutator[] = [
  flipBit,
  setByte,
  insertBytes,
  remove,
  truncate,
  duplicate,
  copyOver,
  swap,
  insertWord,
  insertWord,
  overwriteWithWord,
  repeat,
  splice,
  splice,
  writeNumber,
  writeDigits,
  wrap,
];

/** A new input made of an old one; at most `maxBytes` long. */
export function mutate(input: Buffer, random: Random, material: Material): Buffer {
  let mutated = input;
  for (let left = 1 + random.small(MOST_AT_ONCE); left > 0; left--) {
    mutated = (random.pick(MUTATORS) ?? setByte)(mutated, random, material);
  }
  return Buffer.from(mutated.subarray(0, material.maxBytes));
}

/** Names, numbers and the like, as most formats of text have them. */
const TOKEN = /[A-Za-z0-9_-]+/g;

/** The input with a word in the place of one of its tokens, the name of a tag or field for instance. */
export function withWord(input: Buffer, word: Buffer, random: Random): Buffer {
  const token = random.pick([...input.toString('latin1').matchAll(TOKEN)]);
  return token === undefined ? input : replaced(input, token.index, token.index + token[0].length, word);
}

function place(input: Buffer, random: Random): number {
  return random.below(input.length + 1);
}

function range(input: Buffer, random: Random): [number, number] {
  const from = place(input, random);
  return [from, from + random.small(input.length - from + 1)];
}

function replaced(input: Buffer, from: number, to: number, by: Uint8Array): Buffer {
  return Buffer.concat([input.subarray(0, from), by, input.subarray(to)]);
}

function flipBit(input: Buffer, random: Random): Buffer {
  const changed = Buffer.from(input);
  const at = random.below(changed.length);
  if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  return changed;
}

function setByte(input: Buffer, random: Random): Buffer {
  const changed = Buffer.from(input);
  if (changed.length > 0) changed[random.below(changed.length)] = anyByte(random);
  return changed;
}

function anyByte(random: Random): number {
  return random.chance(3) ? random.below(256) : (random.pick(NOTABLE) ?? 0);
}

function insertBytes(input: Buffer, random: Random): Buffer {
  const at = place(input, random);
  return replaced(
    input,
    at,
    at,
    Buffer.from(Array.from({ length: 1 + random.small(8) }, () => anyByte(random))),
  );
}

function remove(input: Buffer, random: Random): Buffer {
  const [from, to] = range(input, random);
  return replaced(input, from, to, Buffer.alloc(0));
}

function truncate(input: Buffer, random: Random): Buffer {
  const at = place(input, random);
  return random.chance(2) ? input.subarray(0, at) : input.subarray(at);
}

function duplicate(input: Buffer, random: Random): Buffer {
  const [from, to] = range(input, random);
  const at = place(input, random);
  return replaced(input, at, at, input.subarray(from, to));
}

function copyOver(input: Buffer, random: Random): Buffer {
  const [from, to] = range(input, random);
  const at = place(input, random);
  return replaced(input, at, at + to - from, input.subarray(from, to));
}

function swap(input: Buffer, random: Random): Buffer {
  const [from, to] = range(input, random);
  const rest = Buffer.concat([input.subarray(0, from), input.subarray(to)]);
  const at = place(rest, random);
  return replaced(rest, at, at, input.subarray(from, to));
}

function insertWord(input: Buffer, random: Random, { words }: Material): Buffer {
  const at = place(input, random);
  return replaced(input, at, at, random.pick(words) ?? Buffer.alloc(0));
}

function overwriteWithWord(input: Buffer, random: Random, { words }: Material): Buffer {
  const [from, to] = range(input, random);
  return replaced(input, from, to, random.pick(words) ?? Buffer.alloc(0));
}

function repeat(input: Buffer, random: Random, { words, maxBytes }: Material): Buffer {
  const [from, to] = range(input, random);
  const piece = random.chance(2) ? (random.pick(words) ?? Buffer.alloc(0)) : input.subarray(from, to);
  const times = Math.min(1 + random.small(MOST_REPEATS), Math.ceil(maxBytes / Math.max(1, piece.length)));
  return replaced(input, from, from, Buffer.concat(Array.from({ length: times }, () => piece)));
}

function splice(input: Buffer, random: Random, material: Material): Buffer {
  const other = material.other();
  const [from, to] = range(other, random);
  if (random.chance(2)) return Buffer.concat([input.subarray(0, place(input, random)), other.subarray(from)]);
  const at = place(input, random);
  return replaced(input, at, at, other.subarray(from, to));
}

/** Lengths, offsets and counts of binary formats. */
function writeNumber(input: Buffer, random: Random): Buffer {
  const changed = Buffer.from(input);
  const width = random.pick([1, 2, 4]) ?? 1;
  if (changed.length < width) return changed;
  const at = random.below(changed.length - width + 1);
  const before = changed.readUIntLE(at, width);
  const wanted = random.chance(2) ? before + random.below(9) - 4 : (random.pick(NUMBERS) ?? 0);
  const value = ((wanted % 2 ** (8 * width)) + 2 ** (8 * width)) % 2 ** (8 * width);
  if (random.chance(4)) changed.writeUIntBE(value, at, width);
  else changed.writeUIntLE(value, at, width);
  return changed;
}

/** Numbers written in digits. */
function writeDigits(input: Buffer, random: Random): Buffer {
  const runs = [...input.toString('latin1').matchAll(/\d+/g)];
  const run = random.pick(runs);
  if (run === undefined) return input;
  return replaced(
    input,
    run.index,
    run.index + run[0].length,
    Buffer.from(String(random.pick(NUMBERS) ?? 0)),
  );
}

function wrap(input: Buffer, random: Random, { pairs }: Material): Buffer {
  const [from, to] = range(input, random);
  const pair = random.pick(pairs);
  if (pair === undefined) return input;
  return replaced(input, from, to, Buffer.concat([pair[0], input.subarray(from, to), pair[1]]));
}
