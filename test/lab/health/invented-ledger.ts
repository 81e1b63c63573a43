import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURES } from '../../../src/detect/features/schema.ts';
import type { Finding } from '../../../src/detect/finding.ts';
import { fileName } from '../../../src/ledger/files.ts';
import { encodeLine } from '../../../src/ledger/line.ts';
import { type DecisionRecord, decisionRecord, type LedgerRecord } from '../../../src/ledger/record.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { exampleDecision, exampleMail } from '../../ledger/example-decision.ts';
import { EXAMPLE_CONTEXT } from '../../ledger/example-ledger.ts';

export const NAMES = FEATURES.map(({ name }) => name);

/** A decision at a moment on which these rules fired; features are 0 but for those given. */
export function decisionAt(
  at: Date,
  rules: readonly string[],
  changes: Partial<DecisionRecord> = {},
  features: Readonly<Record<string, number | null>> = {},
): DecisionRecord {
  const mail = { ...exampleMail({ id: newMailId(at.getTime()) }), receivedAt: at };
  const values = Float32Array.from(
    NAMES,
    (name) => features[name] ?? (features[name] === null ? Number.NaN : 0),
  );
  const record = decisionRecord(exampleDecision(mail, { features: values }), {
    ...EXAMPLE_CONTEXT,
    featureNames: NAMES,
  });
  return { ...record, findings: rules.map(finding), notRun: [], ...changes };
}

function finding(rule: string): Finding {
  return { detector: `rule:${rule}`, category: 'scam', weight: 1, status: 'active', words: 'it fired' };
}

/** Writes records into the files of their hours. */
export function writeLedger(directory: string, records: readonly LedgerRecord[]): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, of] of Map.groupBy(records, (record) => fileName(record.kind, new Date(record.at))))
    writeFileSync(join(directory, name), of.map(encodeLine).join(''));
}
