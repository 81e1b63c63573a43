import type { Config } from '../../config/schema.ts';
import { withStatuses } from '../../detect/experiments/effective.ts';
import { type Experiments, readExperiments } from '../../detect/experiments/file.ts';
import { shareOf } from '../../detect/experiments/status.ts';
import { loadRules } from '../../detect/rules/load.ts';
import type { Rule } from '../../detect/rules/rule.ts';
import type { AuditRecord } from '../../ledger/record.ts';
import { changeStatus } from '../../service/change-status.ts';
import type { LedgerData } from '../data/open.ts';
import { type Precision, precisionOf } from './precision.ts';

/**
 * At most one rule goes to shadow in this time: a day of wrong labels, from a person who misread the question or from an attacker with a
 * mailbox, must not switch the filter off before somebody reads the log.
 */
export const FLOOR_INTERVAL_MS = 3_600_000;

/** Who the ledger says did it. */
export const FLOOR_ACTOR = 'postern';

export type Floor = Config['detect']['floor'];

/** Of the rules under the floor the surest case: enough reports, and even the upper Wilson limit of the precision is under it. */
export function lowestUnder(
  precisions: readonly Precision[],
  { precision: floor, reports }: Floor,
): Precision | null {
  if (floor === null) return null;
  const under = precisions.filter((one) => one.reports >= reports && one.precision.high < floor);
  return under.reduce<Precision | null>(
    (lowest, one) => (lowest === null || one.precision.high < lowest.precision.high ? one : lowest),
    null,
  );
}

/** Whether the floor moved a rule so short a time ago that it has to wait. */
export function isResting({ changes }: Experiments, now: Date): boolean {
  return changes.some(
    ({ actor, at }) => actor === FLOOR_ACTOR && now.getTime() - Date.parse(at) < FLOOR_INTERVAL_MS,
  );
}

/**
 * Puts the rule whose precision is surest under the floor of the configuration into shadow; null where there is none, or it is too soon
 * after the last. Only mail since the last change of a rule's status counts: what a person put back is not taken away for old mistakes.
 */
export async function holdFloor(
  config: Config,
  data: LedgerData,
  now: Date,
  since: Date,
): Promise<AuditRecord | null> {
  const { floor, experiments: path } = config.detect;
  if (floor.precision === null) return null;
  const experiments = readExperiments(path);
  if (isResting(experiments, now)) return null;
  const precisions: Precision[] = [];
  for (const rule of decidingRules(config, experiments)) {
    const from = Math.max(since.getTime(), lastChange(experiments, rule.id));
    const found = await precisionOf(data, new Date(from), {
      detector: `rule:${rule.id}`,
      weight: rule.weight,
    });
    precisions.push(...found);
  }
  const lowest = lowestUnder(precisions, floor);
  if (lowest === null) return null;
  const { right, reports, precision } = lowest;
  const reason = `right in ${right} of ${reports} reports: at most ${(100 * precision.high).toFixed(1)} % (Wilson, 95 %), the floor is ${100 * floor.precision} %`;
  return changeStatus(config, lowest.detector, 'shadow', {
    actor: FLOOR_ACTOR,
    action: 'floor',
    reason,
    at: now,
  });
}

function decidingRules({ detect, failures }: Config, experiments: Experiments): readonly Rule[] {
  const rules = loadRules(detect.rules, { onFailure: failures.rules });
  return withStatuses(rules, detect, experiments).rules.filter(({ status }) => shareOf(status) > 0);
}

function lastChange({ changes }: Experiments, rule: string): number {
  const last = changes.findLast(({ subject }) => subject === `rule:${rule}`);
  return last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last.at);
}
