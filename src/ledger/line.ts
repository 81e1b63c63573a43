import { z } from 'zod';
import { LEDGER_SCHEMA, type LedgerRecord, readFeedbackRecord } from './record.ts';

/** What JSON.stringify makes of half a surrogate pair. DuckDB and Spark refuse such a line. */
const LONE_SURROGATE = /\\ud[89a-f]/;

/** What every record has; more is not checked, since the writer is ours. */
const envelopeOfRecord = z.object({
  schema: z.number().int(),
  kind: z.enum(['decision', 'feedback', 'audit']),
  id: z.string(),
  at: z.iso.datetime(),
});

/** One line of the ledger with its line end. Hostile text cannot end it: JSON escapes line ends. */
export function encodeLine(record: LedgerRecord): string {
  const json = JSON.stringify(record);
  return `${LONE_SURROGATE.test(json) ? JSON.stringify(record, wellFormed) : json}\n`;
}

function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** The record of a line without its line end. Throws an Error that says what is wrong with it. */
export function decodeLine(line: string): LedgerRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error('is not JSON: cut short by a crash?', { cause: error });
  }
  const checked = envelopeOfRecord.safeParse(value);
  if (!checked.success) throw new Error(`is no record: ${checked.error.issues[0]?.message}`);
  if (checked.data.schema !== LEDGER_SCHEMA) {
    throw new Error(`has schema ${checked.data.schema}, and this Postern reads ${LEDGER_SCHEMA}`);
  }
  const record = value as LedgerRecord;
  return record.kind === 'feedback' ? readFeedbackRecord(record) : record;
}
