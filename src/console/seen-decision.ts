import type { Evidence, Outcome } from '../evidence/evidence.ts';
import type { FootprintFacts } from '../evidence/footprint.ts';
import type { RelationFacts } from '../evidence/reputation/relation.ts';
import type { DecisionRecord } from '../ledger/record.ts';
import { covers, type Scope } from '../quarantine/scope.ts';
import { unnamerFor } from '../quarantine/unnamed.ts';
import { kindOf, type ReputationKey } from '../reputation/key.ts';

/** Keys of the memory that name a recipient, or whom one of them wrote to. */
const RELATIONS = new Set(['pair', 'domains', 'wrote', 'wrotedomain']);

/** What the recipients did at one moment, in the order of how grave it is. */
const GRAVEST = ['reject', 'quarantine', 'tag', 'accept', 'defer'] as const;

/** Facts about all recipients together: of a message that is not only for those in scope they tell of the others. */
const OF_RECIPIENTS = [
  'firstContact',
  'firstContactDomain',
  'pairMessages',
  'solicited',
  'solicitedByAnyone',
  'solicitedDomain',
  'writtenMessages',
  'unsolicited',
] as const satisfies readonly (keyof RelationFacts)[];

/**
 * The record as somebody of this scope may see it (C9): of the recipients those in scope, the verdict that they got, no key of the
 * memory that names a recipient, and no text of ours with the name of another. Numbers stay: they add up to the score.
 */
export function decisionInScope(record: DecisionRecord, scope: Scope): DecisionRecord {
  if (scope.domains === null && scope.address === null) return record;
  const { envelope, from } = record;
  const own = (recipients: readonly string[]) => recipients.filter((one) => covers(scope, one));
  const fates = record.fates
    .map((fate) => ({ ...fate, recipients: own(fate.recipients) }))
    .filter(({ recipients }) => recipients.length > 0);
  const rcptTo = own(envelope.rcptTo);
  const isShared = rcptTo.length < envelope.rcptTo.length;
  const unname = unnamerFor(scope, envelope.rcptTo, `${from} ${envelope.mailFrom ?? ''}`);
  return {
    ...record,
    envelope: { ...envelope, rcptTo },
    fates,
    verdict: GRAVEST.find((one) => fates.some(({ verdict }) => verdict === one)) ?? record.verdict,
    // The next hop's words may name whom it did not take.
    reply: null,
    findings: unname(record.findings),
    notRun: unname(record.notRun),
    reasons: unname(record.reasons),
    evidence: unname(evidenceInScope(record.evidence, isShared)),
    features: isShared ? {} : record.features,
    reputationKeys: record.reputationKeys.filter(isOfSender),
  };
}

function evidenceInScope(evidence: Evidence, isShared: boolean): Evidence {
  const { footprint, reputation } = evidence;
  return {
    ...evidence,
    footprint: withFacts(footprint, (facts) => ({ ...facts, ...footprintOfSender(facts) })),
    reputation: isShared
      ? withFacts(reputation, (facts) => {
          const rest = Object.entries(facts).filter(([name]) => !OF_RECIPIENTS.some((one) => one === name));
          return Object.fromEntries(rest) as typeof facts;
        })
      : reputation,
  };
}

function footprintOfSender({ learned }: FootprintFacts): Partial<FootprintFacts> {
  const none = { pairs: [], domainPairs: [], wrotePairs: [], homes: [], wrote: null, wroteDomain: null };
  return { ...none, learned: learned.filter(isOfSender) };
}

function isOfSender(key: ReputationKey): boolean {
  return !RELATIONS.has(kindOf(key));
}

function withFacts<Facts>(outcome: Outcome<Facts>, change: (facts: Facts) => Facts): Outcome<Facts> {
  return outcome.status === 'ok' ? { ...outcome, facts: change(outcome.facts) } : outcome;
}
