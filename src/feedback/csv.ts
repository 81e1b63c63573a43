import { CATEGORIES, type VerdictCategory } from '../detect/category.ts';

/** A row of feedback; by the id of a decision or by a Message-ID. */
export interface CsvRow {
  readonly line: number;
  readonly id: string | null;
  readonly messageId: string | null;
  readonly is: VerdictCategory;
  /** Null where the row does not say. */
  readonly actor: string | null;
  readonly at: Date | null;
}

export interface CsvProblem {
  readonly line: number;
  readonly problem: string;
}

const COLUMNS = ['id', 'message_id', 'is', 'actor', 'at'];
const IS: readonly string[] = [...CATEGORIES, 'none'];

/** Feedback as CSV (RFC 4180, with a header). Wrong lines are named and left out; a wrong header leaves nothing. */
export function readFeedbackCsv(
  text: string,
  now: Date,
): { readonly rows: readonly CsvRow[]; readonly problems: readonly CsvProblem[] } {
  const [header, ...records] = recordsOf(text.replace(/^\ufeff/, ''));
  const names = header?.fields.map((field) => field.trim().toLowerCase()) ?? [];
  const wrong = headerProblem(names);
  if (wrong !== null) return { rows: [], problems: [{ line: header?.line ?? 1, problem: wrong }] };
  const rows: CsvRow[] = [];
  const problems: CsvProblem[] = [];
  for (const { fields, line } of records) {
    if (fields.length === 1 && fields[0]?.trim() === '') continue;
    const row =
      fields.length === names.length
        ? rowOf(line, new Map(names.map((name, place) => [name, (fields[place] ?? '').trim()])), now)
        : `has ${fields.length} fields, the header has ${names.length}`;
    if (typeof row === 'string') problems.push({ line, problem: row });
    else rows.push(row);
  }
  return { rows, problems };
}

function headerProblem(names: readonly string[]): string | null {
  const strange = names.find((name) => !COLUMNS.includes(name));
  if (strange !== undefined)
    return `has no column ${JSON.stringify(strange)}; there are ${COLUMNS.join(', ')}`;
  if (new Set(names).size < names.length) return 'has a column twice';
  if (!names.includes('is')) return 'lacks the column is';
  return names.includes('id') || names.includes('message_id') ? null : 'lacks the column id or message_id';
}

function rowOf(line: number, values: ReadonlyMap<string, string>, now: Date): CsvRow | string {
  const value = (name: string) => values.get(name) || null;
  const is = value('is');
  if (is === null || !IS.includes(is)) return `is: ${JSON.stringify(is ?? '')} is none of ${IS.join(', ')}`;
  const [id, messageId, written] = [value('id'), value('message_id'), value('at')];
  if (id === null && messageId === null) return 'has neither id nor message_id';
  const at = written === null ? null : new Date(written);
  if (at !== null && Number.isNaN(at.getTime())) return `at: ${JSON.stringify(written)} is no date`;
  if (at !== null && at > now) return `at: ${JSON.stringify(written)} has not come yet`;
  return {
    line,
    id,
    messageId: messageId?.replace(/^<|>$/g, '') ?? null,
    is: is as VerdictCategory,
    actor: value('actor'),
    at,
  };
}

interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A quote that nobody closes takes the rest of the file into one field, which then is too many or too few. */
function recordsOf(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [line, begun] = [1, 1];
  let fields: string[] = [];
  // A field, quoted or not, and what ends it. Sticky and without overlap: linear in the text.
  const field = /(?:"((?:[^"]|"")*)"?|([^",\r\n][^,\r\n]*|))(,|\r\n|\n|\r|$)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) {
      const end = text.indexOf('\n', at);
      records.push({ line: begun, fields: [] });
      field.lastIndex = end < 0 ? text.length : end + 1;
      line += 1;
      [begun, fields] = [line, []];
      continue;
    }
    const [, quoted, plain = '', end] = match;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += (match[0].match(/\r\n|\n|\r/g) ?? []).length;
    if (end === ',' && field.lastIndex < text.length) continue;
    if (end === ',') fields.push('');
    records.push({ line: begun, fields });
    [begun, fields] = [line, []];
  }
  return records;
}
