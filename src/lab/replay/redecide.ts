import type { Config } from '../../config/schema.ts';
import { SCHEMA_HASH } from '../../detect/features/schema.ts';
import type { FailureOutcome, NotRun } from '../../detect/finding.ts';
import type { Evidence, SourceName } from '../../evidence/evidence.ts';
import { factsOf } from '../../evidence/evidence.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import { makeAddress } from '../../message/addresses.ts';
import { createPolicy, isGraver, type Policy, ruleOn } from '../../policy/decide.ts';
import type { Fate, Verdict } from '../../policy/verdict.ts';
import { LEFT_OUT } from '../../steps.ts';

/** What a policy reads of a logged decision. */
export type PolicyInput = Pick<
  DecisionRecord,
  'envelope' | 'from' | 'score' | 'category' | 'findings' | 'notRun' | 'forced' | 'forcedBy'
> & { readonly evidence: Pick<Evidence, 'authentication' | 'sender'> };

/** The part of a configuration that makes verdicts of scores. */
export interface Decider {
  readonly policy: Policy;
  readonly failures: Config['failures'];
}

export function deciderOf({ policy, failures }: Config): Decider {
  return { policy: createPolicy(policy, { featureSchema: SCHEMA_HASH }), failures };
}

/** The verdict by another policy, or why it cannot be told. */
export type Redecided =
  | { readonly verdict: Verdict; readonly fates: readonly Fate[] }
  | { readonly reason: string };

/** Decides again. A function of its input, the very one that decided the first time. */
export function redecide(logged: PolicyInput, { policy, failures }: Decider): Redecided {
  const notRun = withOutcomes(logged.notRun, failures);
  const { verdict, fates, standing } = ruleOn(
    {
      envelope: logged.envelope,
      message: { from: authorsOf(logged) },
      evidence: logged.evidence,
      assessment: { ...logged, notRun },
    },
    policy,
  );
  const mayBeBlocked = standing.blocked === null && hidesAuthors(logged) && blocksAuthors(policy);
  if (mayBeBlocked && isGraver(policy.blockAction, verdict)) {
    return { reason: 'has several authors, of which the ledger keeps one; another may be on the block list' };
  }
  return { verdict, fates };
}

/** The authors as far as the ledger has them: an empty one stands for the others, so that no list takes the first for the only one. */
function authorsOf(logged: PolicyInput) {
  const named = (address: string) => makeAddress('', address);
  const first = logged.from === '' ? [] : [named(logged.from)];
  return hidesAuthors(logged) ? [...first, named('')] : first;
}

/** Whether the message has, or may have, more authors than the first. */
function hidesAuthors({ evidence, from }: PolicyInput): boolean {
  const sender = factsOf(evidence.sender);
  return sender === null ? from !== '' : sender.fromCount > (from === '' ? 0 : 1);
}

function blocksAuthors(policy: Policy): boolean {
  return policy.block.some(({ entry }) => entry.kind !== 'network');
}

/** What is done by default when a source fails; a test holds it against the sources. */
export const SOURCE_OUTCOME: Readonly<Record<SourceName, FailureOutcome>> = {
  authentication: 'open',
  sender: 'open',
  reputation: 'open',
  headers: 'open',
  links: 'open',
  html: 'open',
  attachments: 'open',
  language: 'open',
  footprint: 'open',
  ambiguity: 'open',
  dnsLists: 'open',
  clamd: 'tag',
};

/** The failures of then with what the configuration wants done about them now. */
export function withOutcomes(notRun: readonly NotRun[], failures: Config['failures']): readonly NotRun[] {
  if (notRun.length === 0) return notRun;
  return notRun.map((one) => ({ ...one, outcome: outcomeOf(one, failures) }));
}

function outcomeOf({ what, detail, outcome }: NotRun, failures: Config['failures']): FailureOutcome {
  const [part, name = ''] = what.split(':', 2);
  if (part === 'model') return failures.model;
  if (part === 'rule' || part === 'rules') return failures.rules;
  if (part === 'message') return failures.message;
  if (part === 'inspection') return failures.inspection;
  if (part !== 'evidence' || !isSourceName(name)) return outcome;
  return failures[name] ?? (detail === LEFT_OUT ? failures.message : SOURCE_OUTCOME[name]);
}

function isSourceName(name: string): name is SourceName {
  return name in SOURCE_OUTCOME;
}
