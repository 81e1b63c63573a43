import type { Config } from '../config/schema.ts';
import { PRIOR_BIAS } from '../detect/assess.ts';
import { withStatuses } from '../detect/experiments/effective.ts';
import { readExperiments } from '../detect/experiments/file.ts';
import { openModels } from '../detect/experiments/models.ts';
import { FEATURES, SCHEMA_HASH } from '../detect/features/schema.ts';
import { ruleSetDigest } from '../detect/rules/digest.ts';
import { loadRules } from '../detect/rules/load.ts';
import { authenticationSource } from '../evidence/authentication.ts';
import type { Resolver } from '../evidence/dns/resolver.ts';
import { readNetworkTable } from '../evidence/footprint/network-table.ts';
import { createSources } from '../evidence/gather.ts';
import { loadLists } from '../evidence/lists.ts';
import { hostnameOf } from '../hostname.ts';
import type { Instruments } from '../inspect.ts';
import { DEFAULT_BUDGETS } from '../message/parse.ts';
import { createPolicy } from '../policy/decide.ts';
import type { Reputation } from '../reputation/reputation.ts';

/** What instruments need that outlives a reload of the configuration. */
export interface InstrumentParts {
  /** Null judges without memory. */
  readonly reputation: Pick<Reputation, 'lookup'> | null;
  /** Null never asks DNS: recorded results, or unknown. */
  readonly resolver: Resolver | null;
  /** Hears why there is no model, where the configuration allows to go on without one. */
  readonly onDegraded?: (error: unknown) => void;
}

export interface OpenInstruments extends Instruments {
  close(): Promise<void>;
}

/** Everything inspection works with, from a configuration. Throws where a list, a rule or the model cannot be used. */
export async function openInstruments(config: Config, parts: InstrumentParts): Promise<OpenInstruments> {
  const lists = loadLists(config.identity.lists, config.identity.people, config.identity.localLists);
  const experiments = readExperiments(config.detect.experiments);
  const rules = withStatuses(
    loadRules(config.detect.rules, { onFailure: config.failures.rules }),
    config.detect,
    experiments,
  );
  const policy = createPolicy(config.policy, { featureSchema: SCHEMA_HASH });
  const sources = createSources({
    identity: config.identity,
    failures: config.failures,
    leftOut: config.failures.message,
    lists,
    reputation: parts.reputation,
    networks: config.reputation.networks === null ? null : readNetworkTable(config.reputation.networks),
    resolver: parts.resolver,
    dnsLists: config.dnsLists,
    clamd: config.clamd,
    authentication: authenticationSource({
      resolver: parts.resolver,
      dns: config.authentication.dns,
      mta: hostnameOf(config.gate),
      trustedAuthservIds: config.authentication.trustedAuthservIds,
    }),
  });
  const { model, challengers, close } = await openModels(config.detect, experiments, {
    schema: { schemaHash: SCHEMA_HASH, features: FEATURES },
    ...(parts.onDegraded === undefined ? {} : { onDegraded: parts.onDegraded }),
  });
  return {
    budgets: { ...DEFAULT_BUDGETS, inspectBytes: config.detect.inspectBytes },
    sources,
    detectors: {
      model,
      challengers,
      rules,
      ruleSet: ruleSetDigest(rules),
      priorBias: PRIOR_BIAS,
      modelFailure: config.failures.model,
    },
    policy,
    failures: config.failures,
    close,
  };
}
