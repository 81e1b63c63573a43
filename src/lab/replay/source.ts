import type { VerdictCategory } from '../../detect/category.ts';
import { type BadLine, readLedger } from '../../ledger/reader.ts';
import { type LedgerData, openLedgerData } from '../data/open.ts';
import { labelsOf } from './labels.ts';
import { labelsIn, type Replayable, replayableRows } from './rows.ts';

export interface SourceOptions {
  readonly ledger: string;
  readonly data?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Narrows what is read, before it is; needs `data`. */
  readonly prepare?: ((data: LedgerData) => Promise<void>) | undefined;
  /** Opened already, with the same bounds, by who closes it: for question after question. */
  readonly opened?: LedgerData | undefined;
}

/** Where logged decisions are read from. */
export interface Source extends AsyncDisposable {
  /** Null where the ledger's own files are read. */
  readonly data: LedgerData | null;
  records(): AsyncIterable<Replayable>;
  labels(): Promise<ReadonlyMap<string, VerdictCategory>>;
}

/** The ledger's files, line by line; or, with a folder of Parquet, DuckDB over that and the files that are not in it yet. */
export async function openSource(options: SourceOptions, onBadLine: (bad: BadLine) => void): Promise<Source> {
  const { ledger, data: parquet, since, until } = options;
  if (parquet === undefined) {
    const bounds = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
    return {
      data: null,
      records: () => readLedger(ledger, { kind: 'decision', onBadLine, ...bounds }),
      labels: () => labelsOf(ledger),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const data = options.opened ?? (await openLedgerData({ ledger, parquet, since, until, onBadLine }));
  if (options.opened === undefined) await options.prepare?.(data);
  return {
    data,
    records: () => replayableRows(data),
    labels: () => labelsIn(data),
    [Symbol.asyncDispose]: async () => {
      if (options.opened === undefined) await data.close();
    },
  };
}
