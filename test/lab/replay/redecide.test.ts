import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { authenticationSource } from '../../../src/evidence/authentication.ts';
import { createSources } from '../../../src/evidence/gather.ts';
import { loadLists } from '../../../src/evidence/lists.ts';
import { Earliest } from '../../../src/lab/replay/earliest.ts';
import {
  deciderOf,
  type PolicyInput,
  redecide,
  SOURCE_OUTCOME,
  withOutcomes,
} from '../../../src/lab/replay/redecide.ts';
import { LEFT_OUT } from '../../../src/steps.ts';
import { EXAMPLE_EVIDENCE, exampleAssessment, exampleMail } from '../../ledger/example-decision.ts';

function logged(changes: Partial<PolicyInput> = {}): PolicyInput {
  return {
    ...exampleAssessment(),
    notRun: [],
    envelope: exampleMail().envelope,
    from: 'orla@shop.example',
    evidence: EXAMPLE_EVIDENCE,
    ...changes,
  };
}

const deciderWith = (config: Record<string, unknown>) => deciderOf(configSchema.parse(config));

describe('redecide', () => {
  it('takes what a failure does from the configuration that is tried', () => {
    const notRun = [
      { what: 'evidence:clamd', reason: 'timedOut', detail: 'slow', outcome: 'open' },
      { what: 'evidence:html', reason: 'error', detail: LEFT_OUT, outcome: 'open' },
      { what: 'model:postern-1@1', reason: 'error', detail: '', outcome: 'open' },
      { what: 'rule:one', reason: 'error', detail: '', outcome: 'open' },
      { what: 'message:pdf', reason: 'error', detail: '', outcome: 'open' },
      { what: 'inspection', reason: 'error', detail: '', outcome: 'open' },
    ] as const;
    const { failures } = configSchema.parse({ failures: { model: 'defer', rules: 'tag', message: 'defer' } });
    expect(withOutcomes(notRun, failures).map(({ outcome }) => outcome)).toEqual([
      'tag',
      'defer',
      'defer',
      'tag',
      'defer',
      'tag',
    ]);
    const deferred = redecide(
      logged({ notRun: notRun.slice(2, 3) }),
      deciderWith({ failures: { model: 'defer' } }),
    );
    expect(deferred).toMatchObject({ verdict: 'defer' });
  });

  it('knows what each source does when it fails', () => {
    const config = configSchema.parse({});
    const { sources } = createSources({
      identity: config.identity,
      failures: {},
      lists: loadLists('config/lists', null, null),
      authentication: authenticationSource({
        resolver: null,
        dns: config.authentication.dns,
        mta: 'gate.example.org',
        trustedAuthservIds: [],
      }),
      reputation: null,
      resolver: null,
      dnsLists: config.dnsLists,
      clamd: config.clamd,
    });
    const outcomes = Object.entries(sources).map(([name, { onFailure }]) => [name, onFailure]);
    expect(SOURCE_OUTCOME).toEqual(Object.fromEntries(outcomes));
  });

  it('says so where an author that the ledger does not keep may be on the block list', () => {
    const decider = deciderWith({ policy: { block: ['elsewhere.example'] } });
    const low = { score: 0.1, category: 'none', findings: [] } as const;
    expect(redecide(logged(low), decider)).toHaveProperty('reason');
    expect(redecide(logged({ ...low, score: 0.9 }), decider)).toMatchObject({ verdict: 'quarantine' });
    expect(redecide(logged({ ...low, from: '' }), decider)).toMatchObject({ verdict: 'accept' });
    const byNetwork = deciderWith({ policy: { block: ['198.51.100.0/24'] } });
    expect(redecide(logged(low), byNetwork)).toMatchObject({ verdict: 'accept' });
    const first = deciderWith({ policy: { block: ['shop.example'] } });
    expect(redecide(logged(low), first)).toMatchObject({ verdict: 'quarantine' });
  });
});

describe('the earliest of what is found', () => {
  const at = (hour: number) => ({ id: `m${hour}`, at: `2026-03-01T0${hour}:00:00.000Z` });

  it('are kept in whatever order they come', () => {
    const earliest = new Earliest<{ id: string; at: string }>(2);
    for (const hour of [7, 3, 9, 1, 8, 2, 4]) earliest.add(at(hour));
    expect(earliest.items()).toEqual([at(1), at(2)]);
  });

  it('are none where none are asked for', () => {
    const none = new Earliest<{ id: string; at: string }>(0);
    none.add(at(1));
    expect(none.items()).toEqual([]);
  });
});
