import type { BadLine } from '../../ledger/reader.ts';
import type { LedgerData } from '../data/open.ts';

/** Something that is wrong, and what whoever runs Postern can do. */
export interface Trouble {
  readonly check: string;
  /** `error`: figures or decisions are wrong; `warning`: they may be. */
  readonly severity: 'error' | 'warning';
  readonly what: string;
  readonly todo: string;
}

/** What a check of the ledger looks at. */
export interface LedgerView {
  readonly directory: string;
  readonly data: LedgerData;
  readonly badLines: readonly BadLine[];
}

export interface Check {
  readonly name: string;
  /** Empty where all is well. */
  run(view: LedgerView): Promise<readonly Omit<Trouble, 'check'>[]>;
}
