import type { LedgerData } from '../data/open.ts';
import { type Interval, share } from '../evaluate/interval.ts';

/** How often a rule is right, by what people said of the mail that it fired on. */
export interface Precision {
  /** `rule:<id>`. */
  readonly detector: string;
  /** Messages with a word of feedback in force. */
  readonly reports: number;
  readonly right: number;
  /** With Wilson's 95 % limits. */
  readonly precision: Interval;
}

interface Row {
  readonly detector: string;
  readonly reports: number | bigint;
  readonly unwanted: number | bigint;
  readonly weight: number | null;
}

const SQL = `SELECT f.detector AS detector, count(DISTINCT f.id) AS reports,
    count(DISTINCT CASE WHEN l.is_category <> 'none' THEN f.id END) AS unwanted, sum(f.weight) AS weight
  FROM findings f JOIN labels l ON l.id = f.id
  WHERE f.detector LIKE 'rule:%' AND f."at" >= CAST($since AS TIMESTAMP)
    AND ($detector IS NULL OR f.detector = $detector) GROUP BY 1 ORDER BY 1`;

/**
 * Precision of each rule that fired on labelled mail since a moment, or of one. A rule that speaks for the sender (its weight is negative)
 * is right on wanted mail; where the weight is not given, what the ledger has of it says which it is.
 */
export async function precisionOf(
  data: LedgerData,
  since: Date,
  only: { readonly detector: string; readonly weight: number } | null = null,
): Promise<Precision[]> {
  const rows = await data.query<Row>(SQL, {
    since: since.toISOString().slice(0, -1),
    detector: only?.detector ?? null,
  });
  return rows.flatMap(({ detector, ...row }) => {
    const reports = Number(row.reports);
    const unwanted = Number(row.unwanted);
    const right = (only?.weight ?? row.weight ?? 0) < 0 ? reports - unwanted : unwanted;
    const precision = share(right, reports);
    return precision === null ? [] : [{ detector, reports, right, precision }];
  });
}
