import { type DuckDBResult, DuckDBTypeId, JSDuckDBValueConverter } from '@duckdb/node-api';

/**
 * The rows of a result, chunk by chunk. Timestamps are Date, dates 'YYYY-MM-DD', lists arrays; integers are numbers where a number holds
 * them, else bigint.
 */
export async function* rowObjects(result: DuckDBResult): AsyncGenerator<Record<string, unknown>> {
  const names = result.deduplicatedColumnNames();
  const types = result.columnTypes();
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const row of chunk.convertRows(JSDuckDBValueConverter)) {
      yield Object.fromEntries(names.map((name, i) => [name, plain(row[i], types[i]?.typeId)]));
    }
  }
}

function plain(value: unknown, type: DuckDBTypeId | undefined): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Date && type === DuckDBTypeId.DATE) return value.toISOString().slice(0, 10);
  if (Array.isArray(value)) return value.map((one) => plain(one, undefined));
  return value;
}
