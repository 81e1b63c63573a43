import { isDeepStrictEqual } from 'node:util';
import { EditRefused, editConfig, type KeyChange, type KeyState } from '../config/edit.ts';
import { keyState } from '../config/edit-document.ts';
import { type KeyPath, pathText } from '../config/shape.ts';
import { loadRules } from '../detect/rules/load.ts';
import { readLedger } from '../ledger/reader.ts';
import { type AuditRecord, auditRecord } from '../ledger/record.ts';
import type { Ledger } from '../ledger/writer.ts';
import { isRuleChange, removeRule } from './change-rule.ts';

/** What a change of the configuration says of itself, and where it goes. */
export interface ConfigChange {
  readonly file: string;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly actor: string;
  readonly reason: string;
  readonly at: Date;
  /** `configure`, or `undo` of one. */
  readonly action?: 'configure' | 'undo';
  /** What the keys are to have as it is made, as JSON, null where not written; else somebody else was quicker, and it is refused. */
  readonly from?: readonly (string | null)[];
}

/** Changes keys and writes one audit record for each; what the ledger does not take is taken back. */
export async function changeConfig(
  changes: readonly KeyChange[],
  change: ConfigChange,
): Promise<readonly AuditRecord[]> {
  const { file, from } = change;
  const edited = await editConfig(file, changes, {
    check: ({ config }) => void loadRules(config.detect.rules, { onFailure: config.failures.rules }),
    expect: (text) => {
      for (const [index, { path }] of changes.entries()) {
        const expected = from?.[index];
        if (expected !== undefined && written(keyState(text, path)) !== expected)
          throw new EditRefused(
            'changedSince',
            pathText(path),
            `${pathText(path)}: was changed since, so nothing is written; look again`,
          );
      }
    },
  });
  const records: AuditRecord[] = [];
  for (const [index, before] of edited.before.entries()) {
    const after = edited.after[index];
    if (after === undefined || isDeepStrictEqual(before, after)) continue;
    records.push(recordOf(change, before, after));
  }
  for (const record of records) {
    if (await change.ledger.append(record)) continue;
    await editConfig(file, edited.before.map(backTo));
    throw new Error('the change could not be written to the ledger, so it was taken back');
  }
  return records;
}

/**
 * Brings back what a recorded change replaced: the value of a key, or the rules without one that the console wrote. Null is the last one.
 * Throws EditRefused where it was changed since, or there is no such change.
 */
export async function undoConfig(
  id: string | null,
  directory: string,
  change: ConfigChange,
): Promise<AuditRecord> {
  const record = (await configChanges(directory)).find((one) =>
    id === null ? one.action === 'configure' : one.id === id,
  );
  if (record === undefined)
    throw new EditRefused('unknown', id ?? '', 'there is no such change to take back');
  const path = pathOf(record.subject);
  if (path === null) return await removeRule(record, change);
  const [undone] = await changeConfig([keyChange(path, record.before)], {
    ...change,
    action: 'undo',
    from: [record.after],
    reason: [`undo of ${record.id}`, change.reason].filter((text) => text !== '').join(': '),
  });
  if (undone === undefined) throw new EditRefused('same', record.subject, 'the key has that value already');
  return undone;
}

/** Recorded changes of the configuration and of the rules of the console, newest first. */
export async function configChanges(directory: string): Promise<readonly AuditRecord[]> {
  const records = await Array.fromAsync(readLedger(directory, { kind: 'audit' }));
  return records.filter((record) => pathOf(record.subject) !== null || isRuleChange(record)).toReversed();
}

/** The key that a record's subject names; null where it names none. */
export function pathOf(subject: string): KeyPath | null {
  if (!subject.startsWith('config:')) return null;
  const path: string[] = [];
  const rest = subject
    .slice('config:'.length)
    .replace(/\.?([A-Za-z_][\w-]*)|\["([^"\\]+)"\]/gy, (_, name, key) => {
      path.push(name ?? key);
      return '';
    });
  return rest === '' && path.length > 0 ? path : null;
}

function recordOf(change: ConfigChange, before: KeyState, after: KeyState): AuditRecord {
  const { actor, reason, at, action = 'configure' } = change;
  const subject = `config:${pathText(before.path)}`;
  return auditRecord({ at, actor, action, subject, before: written(before), after: written(after), reason });
}

function written({ written: isWritten, value }: KeyState): string | null {
  return isWritten ? JSON.stringify(value) : null;
}

function backTo(state: KeyState): KeyChange {
  return keyChange(state.path, written(state));
}

function keyChange(path: KeyPath, json: string | null): KeyChange {
  return json === null ? { path, unset: true } : { path, set: JSON.parse(json) };
}
