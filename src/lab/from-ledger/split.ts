export type Split = 'train' | 'validation' | 'test';

/** Shares of the rows, by time: what is judged later is never learned from. */
const ENDS = [
  ['train', 0.7],
  ['validation', 0.85],
  ['test', 1],
] as const;

/** The split of each row; rows are in time order. Rows of one moment stay together. */
export function splitsByTime(times: readonly string[]): Split[] {
  const splits: Split[] = [];
  for (const [i, at] of times.entries()) {
    const before = splits[i - 1];
    const byPlace = ENDS.find(([, end]) => i < Math.round(end * times.length))?.[0] ?? 'test';
    splits.push(before !== undefined && times[i - 1] === at ? before : byPlace);
  }
  return splits;
}
