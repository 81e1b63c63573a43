import type { Random } from './random.ts';

/** A Monday. */
export const START = Date.UTC(2026, 0, 5);
export const DAYS = 182;
/** Attacks come, and figures are taken, from here on: the last two months. */
export const JUDGED_FROM = START + 121 * 86_400_000;
export const END = START + DAYS * 86_400_000;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const OPENS = 7.5;
const CLOSES = 18.5;

export function isWorkday(at: number): boolean {
  const day = new Date(at).getUTCDay();
  return day !== 0 && day !== 6;
}

/** The moment itself where the writer is at work, else some time in the next morning of work. */
export function atWork(random: Random, at: number, offset: number): number {
  const local = at + offset * HOUR_MS;
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  const hour = (local - midnight) / HOUR_MS;
  if (isWorkday(midnight) && hour >= OPENS && hour < CLOSES) return at;
  let morning = hour < OPENS ? midnight : midnight + DAY_MS;
  while (!isWorkday(morning)) morning += DAY_MS;
  return morning + (OPENS + random.next() * 4 - offset) * HOUR_MS;
}

/** Some moment of a day of work, mornings and afternoons more than noon; who works late does so. */
export function sometime(random: Random, day: number, offset: number): number {
  const hour = random.chance(0.04)
    ? 18 + random.next() * 5
    : random.chance(0.55)
      ? 8 + random.next() * 4
      : 13 + random.next() * 5;
  return day + (hour - offset) * HOUR_MS;
}

/** Until an answer: mostly hours, sometimes days. */
export function answerDelay(random: Random): number {
  return (0.1 + 3 * -Math.log(1 - random.next() * 0.999)) * HOUR_MS;
}
