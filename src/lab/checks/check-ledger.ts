import type { BadLine } from '../../ledger/reader.ts';
import { openLedgerData } from '../data/open.ts';
import type { Trouble } from './check.ts';
import { LEDGER_CHECKS } from './ledger-checks.ts';

/** All that is wrong with a ledger, in the order of the checks. */
export async function checkLedger(where: {
  readonly ledger: string;
  readonly parquet?: string;
}): Promise<Trouble[]> {
  const badLines: BadLine[] = [];
  const data = await openLedgerData({ ...where, onBadLine: (bad) => badLines.push(bad) });
  try {
    const troubles: Trouble[] = [];
    for (const { name, run } of LEDGER_CHECKS) {
      const found = await run({ directory: where.ledger, data, badLines });
      troubles.push(...found.map((one) => ({ check: name, ...one })));
    }
    return troubles;
  } finally {
    await data.close();
  }
}
