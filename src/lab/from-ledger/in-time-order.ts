/** Decisions are written when they are carried out, within a sending server's patience; feedback of an hour comes after its decisions. */
export const LATEST_MS = 2 * 3_600_000;

/**
 * Records of a ledger by their time, where each comes at most LATEST_MS out of order; those that come later still are given as they come.
 */
export async function* inTimeOrder<T extends { readonly at: string }>(
  records: AsyncIterable<T>,
): AsyncGenerator<T> {
  let waiting: { readonly at: number; readonly record: T }[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let oldest = Number.POSITIVE_INFINITY;
  for await (const record of records) {
    const at = Date.parse(record.at);
    waiting.push({ at, record });
    newest = Math.max(newest, at);
    oldest = Math.min(oldest, at);
    // Twice as far, so that sorting is rare.
    if (newest - oldest <= 2 * LATEST_MS) continue;
    waiting.sort((a, b) => a.at - b.at);
    const due = newest - LATEST_MS;
    for (const one of waiting) if (one.at < due) yield one.record;
    waiting = waiting.filter((one) => one.at >= due);
    oldest = waiting[0]?.at ?? newest;
  }
  waiting.sort((a, b) => a.at - b.at);
  for (const { record } of waiting) yield record;
}
