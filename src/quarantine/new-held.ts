import { gzipSync } from 'node:zlib';
import type { Decision } from '../decision.ts';
import { FEATURES, SCHEMA_HASH } from '../detect/features/schema.ts';
import { decisionRecord } from '../ledger/record.ts';
import type { Mail } from '../mail/mail.ts';
import { keysOf } from '../reputation/learn.ts';
import type { Held } from './quarantine.ts';

const FEATURE_NAMES = FEATURES.map(({ name }) => name);

/** A message as it is when it comes into the quarantine. */
export function heldOf(mail: Mail, decision: Decision, recipients: readonly string[], now: Date): Held {
  const each = [...new Set(recipients)];
  return {
    id: decision.id,
    heldAt: now,
    state: 'held',
    envelope: mail.envelope,
    recipients: each,
    fates: each.map((recipient) => ({ recipient, state: 'held', releasedAt: null, releasedBy: null })),
    from: decision.from,
    subject: decision.subject,
    category: decision.assessment.category,
    score: decision.assessment.score,
    reasons: decision.reasons,
    likeness: likenessOf(decision),
    sizeBytes: mail.content.size,
    releasedAt: null,
    note: null,
  };
}

/** The decision's record, JSON and gzip: several gates share the database, not the ledger. */
export function recordOf(decision: Decision): Uint8Array {
  // The numbers of another schema have no names here.
  const named = decision.featureSchema === SCHEMA_HASH;
  const record = decisionRecord(named ? decision : { ...decision, features: new Float32Array() }, {
    gate: 'quarantine',
    reply: null,
    seconds: null,
    nextHopSeconds: null,
    featureNames: named ? FEATURE_NAMES : [],
    reputationKeys: keysOf(decision),
  });
  return gzipSync(JSON.stringify(record));
}

function likenessOf({ evidence: { footprint } }: Decision): string[] {
  if (footprint.status !== 'ok') return [];
  return [...new Set([...footprint.facts.links, ...footprint.facts.files])];
}
