/** A parser with faults planted in it, for the tests of the fuzzer. */
export function parse(input: Buffer): number {
  const text = input.toString('latin1');
  if (text[0] === '<' && text[1] === '=' && text[2] === ';') throw new Error('deep');
  if (text.includes('rare-tag')) throw new TypeError('a word that no seed has');
  if (text.includes('spin')) for (;;) if (text === '') break;
  if (text.includes('wait')) process.nextTick(() => fail());
  if (text.includes('hoard')) hoard();
  if (text.includes('proto')) Reflect.set(Object.prototype, 'polluted', true);
  return text.length;
}

function fail(): never {
  throw new Error('nobody waits for this');
}

function hoard(): void {
  const kept: string[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, (_, at) => `${at}${kept.length}`));
}
