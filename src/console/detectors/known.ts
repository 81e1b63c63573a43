import type { Config } from '../../config/schema.ts';
import { type NamedModel, rolesOf, withStatuses } from '../../detect/experiments/effective.ts';
import { readExperiments } from '../../detect/experiments/file.ts';
import { parseStatus } from '../../detect/experiments/status.ts';
import { readCard } from '../../detect/models/card.ts';
import { loadRules } from '../../detect/rules/load.ts';
import type { Rule } from '../../detect/rules/rule.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';

/** A rule or a model of the configuration, with the status that holds now. */
export interface Detector {
  /** `rule:<id>` or `model:<name>@<version>`, as the ledger and the audit trail name it. */
  readonly id: string;
  readonly kind: 'rule' | 'model';
  readonly status: string;
  /** Of rules; null for models. */
  readonly rule: Rule | null;
}

/** Compiling a hundred rules takes a moment; files change seldom, and a reload gives another configuration. */
const loaded = new WeakMap<Config, RuleSet>();

/** All detectors of a configuration, with statuses as the file of experiments has them at this moment. Throws where files are wrong. */
export async function detectorsOf(config: Config): Promise<Detector[]> {
  const { detect, failures } = config;
  const rules = loaded.get(config) ?? loadRules(detect.rules, { onFailure: failures.rules });
  loaded.set(config, rules);
  const experiments = readExperiments(detect.experiments);
  const models = await modelsOf(config);
  const { active, beside } = rolesOf(models, experiments);
  const statusOf = (id: string) =>
    id === active ? 'active' : (beside.find((one) => one.id === id)?.status ?? 'off');
  return [
    ...models.map(({ id }) => ({
      id: `model:${id}`,
      kind: 'model' as const,
      status: statusOf(id),
      rule: null,
    })),
    ...withStatuses(rules, detect, experiments).rules.map((rule) => ({
      id: `rule:${rule.id}`,
      kind: 'rule' as const,
      status: rule.status,
      rule,
    })),
  ];
}

async function modelsOf({ detect }: Config): Promise<NamedModel[]> {
  const folders = [
    ...(detect.model === null ? [] : [{ model: detect.model, status: null }]),
    ...detect.challengers,
  ];
  return Promise.all(
    folders.map(async ({ model, status }) => {
      const { name, version } = await readCard(model);
      return { id: `${name}@${version}`, configured: status === null ? null : parseStatus(status) };
    }),
  );
}
