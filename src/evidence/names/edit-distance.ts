/**
 * Is the number of insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein, optimal string
 * alignment) at most `most`? The common head and tail are cut off first, so most pairs cost one comparison of length.
 */
export function withinEdits(a: string, b: string, most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const x = a.slice(start, endA);
  const y = b.slice(start, endB);
  // What one edit leaves after the cut is one sign, or two that changed places: no table is needed for the usual question.
  if (most === 1) return Math.max(x.length, y.length) <= 1 || isSwap(x, y);
  if (Math.min(x.length, y.length) > LONGEST) return false;
  return distance(x, y) <= most;
}

function isSwap(x: string, y: string): boolean {
  return x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
}

/** The table is quadratic: a label of a host has at most 63 signs (RFC 1035 2.3.4), what is longer is no label. */
const LONGEST = 63;

function distance(x: string, y: string): number {
  if (x.length === 0 || y.length === 0) return x.length + y.length;
  let beforeLast: number[] = [];
  let last = Array.from({ length: y.length + 1 }, (_, index) => index);
  for (let i = 1; i <= x.length; i++) {
    const row = [i];
    for (let j = 1; j <= y.length; j++) {
      const replace = (last[j - 1] ?? 0) + (x[i - 1] === y[j - 1] ? 0 : 1);
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replace);
      if (i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[y.length] ?? 0;
}
