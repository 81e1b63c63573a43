import { html } from 'hono/html';
import type { Language } from '../words/language.ts';
import type { Markup } from './layout.ts';

/** English as it is written where days come before months: unambiguous with the month in letters. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** Zone of the host, as the logs and the ledger's hours of the day are read; pages name it. */
export const TIME_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface Formats {
  /** 7 Mar 2026 */
  date(at: Date): string;
  /** 7 Mar 2026, 14:05 */
  dateTime(at: Date): string;
  /** 14:05 */
  time(at: Date): string;
  /** At most `digits` after the point, 0 by default. */
  number(value: number, digits?: number): string;
  /** Always `digits` after the point, with its sign where `signed`. */
  decimal(value: number, digits: number, signed?: boolean): string;
  /** Of a share, 0 to 1. */
  percent(share: number, digits?: number): string;
  bytes(count: number): string;
  /** Of seconds: 3.2 ms, 1.4 s, 12 min, 5 h, 3 d. */
  duration(seconds: number): string;
  /** How long ago, in the largest fitting unit. */
  ago(at: Date, now: Date): string;
}

const made = new Map<Language, Formats>();

/** How numbers and times are written in a language. */
export function formatsOf(language: Language): Formats {
  const known = made.get(language);
  if (known !== undefined) return known;
  const formats = make(LOCALES[language]);
  made.set(language, formats);
  return formats;
}

/** A moment as an element: short in sight, the whole with its zone as a hint. */
export function moment(at: Date, language: Language): Markup {
  const full = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'full', timeStyle: 'long' }).format(
    at,
  );
  return html`<time datetime="${at.toISOString()}" title="${full}">${formatsOf(language).dateTime(at)}</time>`;
}

function make(locale: string): Formats {
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = (value: number, options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, options).format(value);
  const fixed = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    date: (at) => date.format(at),
    dateTime: (at) => dateTime.format(at),
    time: (at) => time.format(at),
    number: (value, digits = 0) => number(value, { maximumFractionDigits: digits }),
    decimal: (value, digits, signed = false) =>
      number(value, { ...fixed(digits), signDisplay: signed ? 'exceptZero' : 'auto' }),
    percent: (share, digits = 0) => number(share, { style: 'percent', maximumFractionDigits: digits }),
    bytes: (count) => inUnits(count, BYTES, number),
    duration: (seconds) => inUnits(seconds, DURATIONS, number),
    ago: (at, now) => {
      const seconds = (at.getTime() - now.getTime()) / 1000;
      const [unit, size] = AGES.find(([, least]) => Math.abs(seconds) >= least) ?? ['second', 1];
      return relative.format(Math.round(seconds / size), unit);
    },
  };
}

type Units = readonly (readonly [unit: string, size: number])[];

const BYTES: Units = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
  ['B', 1],
];
const DURATIONS: Units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
];
const AGES: readonly (readonly ['day' | 'hour' | 'minute' | 'second', number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

function inUnits(
  value: number,
  units: Units,
  number: (value: number, options: Intl.NumberFormatOptions) => string,
): string {
  const [unit, size] = units.find(([, least]) => value >= least) ?? units.at(-1) ?? ['', 1];
  const scaled = value / size;
  return `${number(scaled, { maximumFractionDigits: scaled < 10 ? 1 : 0 })}\u00a0${unit}`;
}
