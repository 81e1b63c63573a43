/** Trials for one input; a crash that is cheap to repeat is small long before. */
const MOST_TRIALS = 2_000;

/**
 * A shorter input of which `fails` still holds, found by leaving out pieces, half of the input first and single bytes last,
 * and then by making bytes plain. `fails(input)` must hold at the start.
 */
export async function minimise(
  input: Buffer,
  fails: (candidate: Buffer) => Promise<boolean>,
  trials = MOST_TRIALS,
): Promise<Buffer> {
  let left = trials;
  const tryIt = async (candidate: Buffer): Promise<boolean> => left-- > 0 && (await fails(candidate));
  let smallest = input;
  for (let size = Math.ceil(smallest.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < smallest.length && left > 0; ) {
      const candidate = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (await tryIt(candidate)) smallest = candidate;
      else at += size;
    }
  }
  return plain(smallest, tryIt);
}

const PLAIN = 0x61;

/** The bytes that do not matter become `a`. */
async function plain(input: Buffer, fails: (candidate: Buffer) => Promise<boolean>): Promise<Buffer> {
  let plainest = input;
  for (let at = 0; at < input.length; at++) {
    if (plainest[at] === PLAIN) continue;
    const candidate = Buffer.from(plainest);
    candidate[at] = PLAIN;
    if (await fails(candidate)) plainest = candidate;
  }
  return plainest;
}
