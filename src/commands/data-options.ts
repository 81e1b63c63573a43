import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { type LedgerData, openLedgerData } from '../lab/data/open.ts';
import { describe } from '../ledger/reader.ts';
import { CONFIG_FILE } from './config-file.ts';

/** Options of the commands that read the ledger as data. */
export interface DataOptions {
  readonly config: string;
  readonly ledger?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly json?: boolean;
}

/** The options that say which records of which ledger. */
export function withDataOptions(command: Command, json: string): Command {
  return command
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--ledger <folder>', 'another ledger than that of the configuration, without compacted days')
    .option('--since <time>', 'records from this moment on (ISO 8601, UTC where no zone is given)', moment)
    .option('--until <time>', 'decisions before this moment', moment)
    .option('--json', json);
}

/** Opens what the options name; bad lines are told on standard error. */
export function openFrom(options: DataOptions): Promise<LedgerData> {
  const { since, until } = options;
  const { config } = loadConfig(options.config, process.env);
  const where =
    options.ledger === undefined
      ? { ledger: config.ledger.directory, parquet: config.lab.data }
      : { ledger: options.ledger };
  return openLedgerData({
    ...where,
    since,
    until,
    onBadLine: (bad) => console.error(`postern: ${describe(bad)}`),
  });
}

/** A value as text; null is null. */
export function cell(value: unknown): string | number | null {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value as string | null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value, plainJson) : String(value);
}

/** For JSON.stringify: integers that no number holds become text. */
export function plainJson(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** Control characters and such as turn text around are escaped: subjects are written by attackers. */
export function printable(value: string | number): string {
  return String(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** A time as people write it; UTC where no zone is given. Throws what commander makes words of. */
export function moment(text: string): Date {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const date = new Date(zoned);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('a time: 2026-03-01 or 2026-03-01T12:00Z');
  return date;
}
