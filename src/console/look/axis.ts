/** Ticks from 0 or below to the largest value or above, evenly spaced, at 1, 2 or 5 times a power of ten; at least two. */
export function ticksFor(least: number, most: number, about = 4): readonly number[] {
  const low = Math.min(0, least);
  const span = Math.max(most - low, Number.EPSILON);
  const raw = span / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5].find((one) => one * power >= raw) ?? 10) * power;
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** `count` of `values`, evenly spread, the first and the last among them. */
export function spread<T>(values: readonly T[], count: number): readonly T[] {
  if (values.length <= count) return values;
  return Array.from(
    { length: count },
    (_, i) => values[Math.round((i * (values.length - 1)) / (count - 1))],
  ).filter((value) => value !== undefined);
}
