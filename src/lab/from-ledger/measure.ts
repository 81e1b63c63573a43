import { FEATURES, measure, SCHEMA_HASH } from '../../detect/features/schema.ts';
import type { FailureReason } from '../../detect/finding.ts';
import { grams } from '../../detect/models/grams.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';
import {
  type Evidence,
  EvidenceFailure,
  type EvidenceSource,
  type FactsBySource,
  factsOf,
  type Outcome,
  type SourceName,
} from '../../evidence/evidence.ts';
import { type EvidenceSources, gather } from '../../evidence/gather.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import type { Content, Mail } from '../../mail/mail.ts';
import { type Budgets, parse } from '../../message/parse.ts';
import type { Measures } from '../dataset.ts';
import { detect, kindOf, languageOf } from '../detected.ts';

/** What a labelled decision is measured with. */
export interface Gauges {
  readonly budgets: Budgets;
  /** Their memory is that of the moment of the decision. */
  readonly sources: EvidenceSources;
  readonly rules: RuleSet;
}

export interface MeasuredDecision extends Measures {
  /** Whether the features are those of the ledger, or made again from the raw mail. */
  readonly origin: 'logged' | 'rebuilt';
}

/** Sources that ask the world: what it answers today is not what it answered then. */
const ASKED = ['authentication', 'dnsLists', 'clamd'] as const;

/**
 * Features, grams and rules of a decision, as of its moment: logged features where the schema is today's, else evidence gathered again
 * from the raw mail, with the memory of that moment and what the world answered then. Throws where the mail or the record cannot be used.
 */
export async function measureDecision(
  record: DecisionRecord,
  content: Content,
  gauges: Gauges,
): Promise<MeasuredDecision> {
  const mail = mailOf(record, content);
  const message = await parse(content, gauges.budgets);
  const isLogged = record.featureSchema === SCHEMA_HASH;
  const evidence = isLogged
    ? record.evidence
    : await gather(mail, message, withAnswersOf(record.evidence, gauges.sources));
  return {
    features: isLogged ? loggedFeatures(record) : measure(evidence),
    origin: isLogged ? 'logged' : 'rebuilt',
    grams: grams(message),
    detected: detect(message, evidence, gauges.rules),
    kind: kindOf(evidence),
    language: languageOf(evidence),
  };
}

/** In the order of the schema; the shortest digits of a 32-bit float read back as that float. */
function loggedFeatures({ features }: DecisionRecord): Float32Array {
  return Float32Array.from(FEATURES, ({ name }) => features[name] ?? Number.NaN);
}

/** Line ends are normalised before mail is kept; what was odd about them is in the record. */
function mailOf({ id, at, envelope, evidence }: DecisionRecord, content: Content): Mail {
  const odd = factsOf(evidence.ambiguity);
  return {
    id,
    receivedAt: new Date(at),
    envelope,
    content,
    wire: { bareCr: 0, bareLf: odd?.bareLineEnds ?? 0, nul: odd?.nulBytes ?? 0 },
    recordedAuthentication: null,
  };
}

function withAnswersOf(evidence: Partial<Evidence>, sources: EvidenceSources): EvidenceSources {
  const recorded = { ...sources.sources };
  for (const name of ASKED) Object.assign(recorded, { [name]: recordedSource(name, evidence[name]) });
  return { ...sources, sources: recorded };
}

/** A source that says what was logged of it; one that was not logged is missing, as it was then. */
function recordedSource<S extends SourceName>(
  name: S,
  outcome: Outcome<FactsBySource[S]> | undefined,
): EvidenceSource<S> {
  return {
    name,
    onFailure: 'open',
    gather() {
      if (outcome?.status === 'ok') return outcome.facts;
      const reason: FailureReason = outcome?.reason ?? 'unavailable';
      throw new EvidenceFailure(reason, outcome?.detail ?? 'not in the record');
    },
  };
}
