import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { Config } from '../config/schema.ts';
import { redactAddresses } from './redact.ts';
import { HIDDEN, isSecretName, withoutSecrets } from './secrets.ts';

export type { Logger } from 'pino';

/** One log line stays readable in a terminal and below what collectors cut off (journald: 48 KiB, Docker: 16 KiB). */
export const TEXT_CHARACTERS = 512;
export const STACK_CHARACTERS = 2_000;
export const LIST_ITEMS = 20;
const DEPTH = 4;

/**
 * A logger of JSON lines, one line an event; by default to standard error, since standard output is for answers. JSON
 * quotes hostile text; here it is also bounded, secrets are hidden, and addresses are redacted as configured.
 */
export function createLogger(
  config: Config['observe']['log'],
  stream: DestinationStream = destination({ dest: 2, sync: false }),
): Logger {
  const redact = config.addresses === 'redacted' ? redactAddresses : (text: string) => text;
  const clean = (text: string, limit = TEXT_CHARACTERS) => bounded(redact(withoutSecrets(text)), limit);
  return pino(
    {
      level: config.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (event) => boundedFields(event, clean, DEPTH),
      },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args.map((arg: unknown) => (typeof arg === 'string' ? clean(arg) : arg));
          method.call(this, first as object, ...(rest as []));
        },
      },
      serializers: { err: (value: unknown) => value },
    },
    stream,
  );
}

type Clean = (text: string, limit?: number) => string;

function boundedFields(event: object, clean: Clean, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      isSecretName(name) && value !== null ? HIDDEN : boundedValue(value, clean, depth),
    ]),
  );
}

function boundedValue(value: unknown, clean: Clean, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (value instanceof Error) return errorFields(value, clean);
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) {
    const items = value.slice(0, LIST_ITEMS).map((item) => boundedValue(item, clean, depth - 1));
    return value.length > LIST_ITEMS ? [...items, `and ${value.length - LIST_ITEMS} more`] : items;
  }
  return boundedFields(value, clean, depth - 1);
}

function errorFields(error: Error, clean: Clean): Record<string, unknown> {
  return {
    type: error.name,
    message: clean(error.message),
    ...('code' in error && typeof error.code === 'string' ? { code: clean(error.code) } : {}),
    ...(error.cause instanceof Error ? { cause: clean(error.cause.message) } : {}),
    stack: clean(error.stack ?? '', STACK_CHARACTERS),
  };
}

function bounded(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}
