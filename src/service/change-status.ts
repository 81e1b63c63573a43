import { nearest } from '../config/nearest.ts';
import type { Config } from '../config/schema.ts';
import { type NamedModel, rolesOf } from '../detect/experiments/effective.ts';
import {
  type Experiments,
  ExperimentsMistake,
  promoted,
  readExperiments,
  rolledBack,
} from '../detect/experiments/file.ts';
import { parseStatus, type Status, shareOf } from '../detect/experiments/status.ts';
import { updateExperiments } from '../detect/experiments/write.ts';
import { readCard } from '../detect/models/card.ts';
import { loadRules } from '../detect/rules/load.ts';
import type { Rule } from '../detect/rules/rule.ts';
import { type AuditRecord, auditRecord } from '../ledger/record.ts';
import { openLedger } from '../ledger/writer.ts';
import { createLogger } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';

/** What a change of status says of itself. */
export interface Change {
  readonly actor: string;
  readonly reason: string;
  /** `promote`, `rollback` or `floor`. */
  readonly action: string;
  readonly at?: Date;
}

/**
 * Gives a rule or a model another status, as a running gate with this configuration takes over by itself. Resolves when the file and the
 * record of the ledger are on disk. Throws ExperimentsMistake or StatusConflict for a name that nobody has or a status that it cannot have.
 */
export async function changeStatus(
  config: Config,
  name: string,
  to: Status,
  change: Change,
): Promise<AuditRecord> {
  const known = await readKnown(config);
  const subject = subjectOf(name, known);
  if (subject.startsWith('rule:')) checkTests(subject, to, known.rules);
  else checkNotMain(subject, to, known.models);
  return await recorded(config, change, (now, at) => {
    const { actor, reason } = change;
    const next = promoted(now, { subject, to, actor, reason, at });
    rolesOf(known.models, next.experiments);
    return { experiments: next.experiments, subject, before: next.change.before, after: next.change.after };
  });
}

/** Takes the last change of a rule or a model back, or the last of all (null). Throws ExperimentsMistake where there is none. */
export async function rollBack(config: Config, name: string | null, change: Change): Promise<AuditRecord> {
  const known = await readKnown(config);
  return await recorded(config, change, (now) => {
    const changed = [...new Set(now.changes.map(({ subject }) => subject))];
    // What is gone from the configuration can be taken back all the same.
    const subject =
      name === null ? null : subjectOf(name, { ...known, subjects: [...known.subjects, ...changed] });
    const back = rolledBack(now, subject);
    if (back === null)
      throw new ExperimentsMistake(
        `${config.detect.experiments}: no change ${subject === null ? '' : `of ${subject} `}to take back`,
      );
    rolesOf(known.models, back.experiments);
    const { undone } = back;
    return {
      experiments: back.experiments,
      subject: undone.subject,
      before: undone.after,
      after: undone.before,
    };
  });
}

interface Known {
  readonly rules: readonly Rule[];
  readonly models: readonly NamedModel[];
  readonly subjects: readonly string[];
}

async function readKnown({ detect, failures }: Config): Promise<Known> {
  const { rules } = loadRules(detect.rules, { onFailure: failures.rules });
  const models: NamedModel[] = [];
  const folders = [
    ...(detect.model === null ? [] : [{ model: detect.model, status: null }]),
    ...detect.challengers,
  ];
  for (const { model, status } of folders) {
    const { name, version } = await readCard(model);
    models.push({ id: `${name}@${version}`, configured: status === null ? null : parseStatus(status) });
  }
  const subjects = [...rules.map(({ id }) => `rule:${id}`), ...models.map(({ id }) => `model:${id}`)];
  return { rules, models, subjects };
}

/** `rule:x`, `x`, `model:m@1`, `m@1`, or `m` where one version of it is there. */
export function subjectOf(name: string, { subjects }: Pick<Known, 'subjects'>): string {
  const all = [...new Set(subjects)];
  const named = (subject: string) => {
    const bare = subject.slice(subject.indexOf(':') + 1);
    return [
      subject,
      bare,
      ...(subject.startsWith('model:') ? [bare.split('@', 1)[0] ?? '', subject.split('@', 1)[0] ?? ''] : []),
    ];
  };
  const exact = all.filter((subject) => named(subject).slice(0, 2).includes(name));
  const found = exact.length > 0 ? exact : all.filter((subject) => named(subject).includes(name));
  if (found[0] !== undefined && found.length === 1) return found[0];
  if (found.length > 1)
    throw new ExperimentsMistake(`${JSON.stringify(name)} is more than one: ${found.join(', ')}`);
  const near = nearest(
    name,
    all.flatMap((subject) => named(subject).slice(0, 2)),
  );
  throw new ExperimentsMistake(
    `no rule or model ${JSON.stringify(name)}${near === null ? '' : `, did you mean ${near}?`}`,
  );
}

/** As in the file of a rule: what decides has been seen to match, and not to match. */
function checkTests(subject: string, to: Status, rules: readonly Rule[]): void {
  if (shareOf(to) === 0) return;
  const rule = rules.find(({ id }) => `rule:${id}` === subject);
  const missing = ['match-', 'no-match-'].filter(
    (kind) => !rule?.tests.some((name) => name.startsWith(kind)),
  );
  if (rule !== undefined && missing.length > 0)
    throw new ExperimentsMistake(`${subject}: needs a ${missing.join(' and a ')} test before it decides`);
}

function checkNotMain(subject: string, to: Status, models: readonly NamedModel[]): void {
  const main = models.find(({ configured }) => configured === null);
  if (main === undefined || `model:${main.id}` !== subject) return;
  throw new ExperimentsMistake(
    to === 'active'
      ? `${subject} is detect.model: it is active whenever no challenger is; take the challenger back`
      : `${subject} is detect.model: it leaves when a challenger is promoted to active`,
  );
}

type Changed = Pick<AuditRecord, 'subject' | 'before' | 'after'> & { readonly experiments: Experiments };

/** A change that the ledger does not take is taken back: nothing changes what decides without a record. */
async function recorded(
  config: Config,
  { actor, reason, action, at = new Date() }: Change,
  change: (now: Experiments, at: string) => Changed,
): Promise<AuditRecord> {
  const path = config.detect.experiments;
  const ledger = await openLedger(config.ledger, createMetrics(), createLogger(config.observe.log));
  try {
    let former = readExperiments(path);
    const changed = await updateExperiments(path, (now) => {
      former = now;
      return change(now, at.toISOString());
    });
    const { subject, before, after } = changed;
    const record = auditRecord({ at, actor, action, subject, before, after, reason });
    if (await ledger.append(record)) return record;
    await updateExperiments(path, () => ({ experiments: former }));
    throw new Error(`the change could not be written to ${config.ledger.directory}, so it was taken back`);
  } finally {
    await ledger.close();
  }
}
