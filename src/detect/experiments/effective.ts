import { Mistake } from '../../mistake.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { type Experiments, ownStatus } from './file.ts';
import { parseStatus, type Status } from './status.ts';

/** What the configuration says of statuses. */
export interface StatusConfig {
  /** By id of a rule. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** A status that cannot hold: a rule that nobody knows, or a second model in force. */
export class StatusConflict extends Mistake {
  override readonly name = 'StatusConflict';
}

/**
 * The rules with the statuses that hold: of their file, over that `detect.statuses`, over that the file of experiments. The latter
 * may name rules that are gone: an upgrade that removes one must not stop the gate.
 */
export function withStatuses(rules: RuleSet, config: StatusConfig, experiments: Experiments): RuleSet {
  const known = new Set(rules.rules.map(({ id }) => id));
  const unknown = Object.keys(config.statuses).filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new StatusConflict(unknown.map((id) => `detect.statuses.${id}: there is no such rule`).join('\n'));
  const statuses = new Map<string, Status>();
  for (const { id } of rules.rules) {
    const configured = Object.hasOwn(config.statuses, id) ? config.statuses[id] : undefined;
    const status =
      ownStatus(experiments, `rule:${id}`) ?? (configured === undefined ? null : parseStatus(configured));
    if (status !== null) statuses.set(id, status);
  }
  return statuses.size === 0 ? rules : rules.withStatuses(statuses);
}

/** A model of the configuration, known by its card. */
export interface NamedModel {
  /** `name@version`. */
  readonly id: string;
  /** Null for `detect.model`, which is active unless a challenger is. */
  readonly configured: Status | null;
}

export interface ModelRoles {
  /** Id of the model in force; null where there is none. */
  readonly active: string | null;
  /** The others, in the order of the configuration; those that are off are not in it. */
  readonly beside: readonly { readonly id: string; readonly status: Status }[];
}

/**
 * Who decides and who watches: a challenger that is active takes the place of `detect.model`, which then watches in shadow. Throws
 * StatusConflict where two challengers are active, or two models have one name.
 */
export function rolesOf(models: readonly NamedModel[], experiments: Experiments): ModelRoles {
  const twice = models.find(({ id }, at) => models.findIndex((other) => other.id === id) < at);
  if (twice !== undefined)
    throw new StatusConflict(
      `detect.challengers: there are two models ${twice.id}; a version tells them apart`,
    );
  const challengers = models.flatMap(({ id, configured }) =>
    configured === null ? [] : [{ id, status: ownStatus(experiments, `model:${id}`) ?? configured }],
  );
  const active = challengers.filter(({ status }) => status === 'active');
  if (active.length > 1)
    throw new StatusConflict(
      `detect.challengers: ${active.map(({ id }) => id).join(' and ')} are active; only one model can decide about all mail`,
    );
  const main = models.find(({ configured }) => configured === null)?.id ?? null;
  const inForce = active[0]?.id ?? main;
  const displaced = main === null || inForce === main ? [] : [{ id: main, status: 'shadow' as const }];
  const others = challengers.filter(({ id, status }) => id !== inForce && status !== 'off');
  return { active: inForce, beside: [...displaced, ...others] };
}
