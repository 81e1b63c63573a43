import { jsonOf, posternOk } from './command.ts';
import { at, listAt, numberAt } from './json.ts';
import { placeOf } from './lab.ts';
import type { Setting } from './setting.ts';

/** The miss rate that `postern report` tells for a time. */
export interface MissRate {
  readonly rate: number;
  readonly missed: number;
  /** Unwanted messages that people labelled. */
  readonly labelled: number;
}

/** Runs `postern report`. Throws where nobody labelled anything of that time. */
export async function missRate(setting: Setting, span: readonly string[]): Promise<MissRate> {
  const [report] = jsonOf(await posternOk(placeOf(setting), 'report', '--json', ...span));
  const row = listAt(report, 'metrics', 'error_rates').find(
    (one) => at(one, 'metric') === 'miss_rate' && at(one, 'category') === 'all',
  );
  if (row === undefined) throw new Error('the report has no miss rate');
  return {
    rate: numberAt(row, 'rate'),
    missed: numberAt(row, 'errors'),
    labelled: numberAt(row, 'messages'),
  };
}
