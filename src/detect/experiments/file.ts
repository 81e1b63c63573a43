import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { Mistake } from '../../mistake.ts';
import { isStatus, parseStatus, type Status } from './status.ts';

/** The file of experiments cannot be used. */
export class ExperimentsMistake extends Mistake {
  override readonly name = 'ExperimentsMistake';
}

/** One change of the file; the last of a subject can be taken back. */
export interface StatusChange {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: string;
  /** `rule:<id>` or `model:<name>@<version>`. */
  readonly subject: string;
  /** Null where the file said nothing, so the configuration held. */
  readonly before: Status | null;
  readonly after: Status | null;
  readonly reason: string;
}

/** Statuses over those of the configuration, and how they came about. */
export interface Experiments {
  readonly statuses: Readonly<Record<string, Status>>;
  /** Oldest first. */
  readonly changes: readonly StatusChange[];
}

export const NO_EXPERIMENTS: Experiments = { statuses: {}, changes: [] };

/** Changes that can be taken back one after the other; all there ever were are in the ledger. */
export const MAX_CHANGES = 200;

const status = z
  .string()
  .refine(isStatus, 'is none of active, shadow, off, "canary: N%"')
  .transform(parseStatus);
const subject = z.string().regex(/^(rule|model):.+$/, 'is neither rule:ID nor model:NAME@VERSION');
const fileSchema = z.strictObject({
  statuses: z.record(subject, status).default({}),
  changes: z
    .array(
      z.strictObject({
        at: z.iso.datetime(),
        actor: z.string(),
        subject,
        before: status.nullable(),
        after: status.nullable(),
        reason: z.string(),
      }),
    )
    .default([]),
});

/** Reads the file; where there is none, there are no experiments. Throws ExperimentsMistake with path and place. */
export function readExperiments(path: string): Experiments {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NO_EXPERIMENTS;
    throw new ExperimentsMistake(`${path}: ${error instanceof Error ? error.message : error}`);
  }
  return parseExperiments(path, text);
}

/** `path` is only for the messages. */
export function parseExperiments(path: string, text: string): Experiments {
  let values: unknown;
  try {
    values = parse(text) ?? {};
  } catch (error) {
    throw new ExperimentsMistake(`${path}: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = fileSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const cause = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
    return `${path}: ${issue.path.join('.')}: ${cause}`;
  });
  throw new ExperimentsMistake(problems.join('\n'));
}

const HEAD =
  '# Written by `postern promote` and `postern rollback`; a running gate takes it over by itself.\n# Statuses here are over those of the rules and of the configuration.\n';

/** Text of the file; the same experiments give the same text. */
export function renderExperiments({ statuses, changes }: Experiments): string {
  const sorted = Object.fromEntries(Object.entries(statuses).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${HEAD}${stringify({ statuses: sorted, changes })}`;
}

/** With one more change. `to` null takes the subject out of the file. */
export function promoted(
  experiments: Experiments,
  change: Omit<StatusChange, 'before' | 'after'> & { readonly to: Status | null },
): { readonly experiments: Experiments; readonly change: StatusChange } {
  const { to, at, actor, subject: about, reason } = change;
  const before = ownStatus(experiments, about);
  const made: StatusChange = { at, actor, subject: about, before, after: to, reason };
  return {
    experiments: {
      statuses: withStatus(experiments.statuses, about, to),
      changes: [...experiments.changes, made].slice(-MAX_CHANGES),
    },
    change: made,
  };
}

/**
 * As before the last change of the subject, or before the last change of all (null). That change is forgotten here, so the next
 * rollback takes the one before it. Null where there is no change to take back.
 */
export function rolledBack(
  experiments: Experiments,
  about: string | null,
): { readonly experiments: Experiments; readonly undone: StatusChange } | null {
  const at = experiments.changes.findLastIndex((change) => about === null || change.subject === about);
  const undone = experiments.changes[at];
  if (undone === undefined) return null;
  return {
    experiments: {
      statuses: withStatus(experiments.statuses, undone.subject, undone.before),
      changes: experiments.changes.toSpliced(at, 1),
    },
    undone,
  };
}

export function ownStatus({ statuses }: Experiments, about: string): Status | null {
  return Object.hasOwn(statuses, about) ? (statuses[about] ?? null) : null;
}

function withStatus(statuses: Experiments['statuses'], about: string, to: Status | null) {
  const { [about]: _, ...others } = statuses;
  return to === null ? others : { ...others, [about]: to };
}
