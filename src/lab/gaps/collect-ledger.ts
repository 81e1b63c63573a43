import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { VerdictCategory } from '../../detect/category.ts';
import { type BadLine, readLedger } from '../../ledger/reader.ts';
import type { DecisionRecord, FeedbackRecord } from '../../ledger/record.ts';
import { findMail, readMailFile } from '../../mail/files.ts';
import type { Message } from '../../message/message.ts';
import { DEFAULT_BUDGETS, parse } from '../../message/parse.ts';
import { featuresInOrder, gapOf, type Specimen, textOf } from './specimen.ts';

export interface LedgerScope {
  readonly directory: string;
  readonly since: Date | null;
  readonly until: Date | null;
  /** Folders where raw mail is kept as ID.eml, or as the mail of a case that names the decision. */
  readonly mail: readonly string[];
  readonly mostGaps: number;
  readonly mostBackground: number;
  readonly onBadLine: (bad: BadLine) => void;
}

export interface Collected {
  readonly gaps: readonly Specimen[];
  readonly background: readonly Specimen[];
  /** How many there were before the bounds. */
  readonly gapsFound: number;
  readonly backgroundFound: number;
}

/**
 * Decisions of the ledger with the feedback in force. Of too many, those whose id has the least hash are taken, so the same ledger gives
 * the same sample; labelled ones that we judged right come before others.
 */
export async function collectFromLedger(scope: LedgerScope): Promise<Collected> {
  const said = await labelsIn(scope);
  const gaps = new Sample<DecisionRecord>(scope.mostGaps);
  const background = new Sample<DecisionRecord>(scope.mostBackground);
  for await (const record of readLedger(scope.directory, { ...range(scope), kind: 'decision' })) {
    const label = said.get(record.id) ?? null;
    const isGap = gapOf({ verdict: record.verdict, said: label }) !== null;
    (isGap ? gaps : background).add(record.id, record, label !== null);
  }
  const mail = await mailById(scope.mail, new Set([...gaps.ids(), ...background.ids()]));
  const all = async (sample: Sample<DecisionRecord>) => {
    const made: Specimen[] = [];
    for (const record of sample.taken()) made.push(await specimenOf(record, said, mail));
    return made;
  };
  return {
    gaps: await all(gaps),
    background: await all(background),
    gapsFound: gaps.seen,
    backgroundFound: background.seen,
  };
}

function range({ since, until, onBadLine }: LedgerScope) {
  return { ...(since === null ? {} : { since }), ...(until === null ? {} : { until }), onBadLine };
}

/** Feedback may come long after the decision, so all of it is read. */
async function labelsIn({ directory, onBadLine }: LedgerScope): Promise<Map<string, VerdictCategory>> {
  const said: FeedbackRecord[] = [];
  const retracted = new Set<string>();
  for await (const record of readLedger(directory, { kind: 'feedback', onBadLine })) {
    said.push(record);
    if ('retracts' in record && typeof record.retracts === 'string') retracted.add(record.retracts);
  }
  const inForce = said
    .filter((one) => !('retracts' in one && one.retracts !== null) && !isRetracted(one, retracted))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return new Map(inForce.map(({ id, is }) => [id, is]));
}

function isRetracted(one: FeedbackRecord, retracted: ReadonlySet<string>): boolean {
  return 'feedbackId' in one && typeof one.feedbackId === 'string' && retracted.has(one.feedbackId);
}

/** Paths of raw mail by the id of the decision. */
async function mailById(
  folders: readonly string[],
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const one of findMail(folders.filter((folder) => existsSync(folder)))) {
    if (!('path' in one)) continue;
    const id = (await decisionOfCase(one.path)) ?? basename(one.path, '.eml');
    if (wanted.has(id)) found.set(id, one.path);
  }
  return found;
}

const caseSchema = z.object({ decisionId: z.string() });

/** A case is named by an id of its own; beside its mail it says which decision it is about. */
async function decisionOfCase(path: string): Promise<string | null> {
  const sidecar = path.replace(/\.eml$/, '.json');
  if (sidecar === path || !existsSync(sidecar)) return null;
  const parsed = caseSchema.safeParse(JSON.parse(await readFile(sidecar, 'utf8')));
  return parsed.success ? parsed.data.decisionId : null;
}

async function specimenOf(
  record: DecisionRecord,
  said: ReadonlyMap<string, VerdictCategory>,
  mail: ReadonlyMap<string, string>,
): Promise<Specimen> {
  const { id, at, verdict, category, score, subject, evidence, findings, notRun } = record;
  const path = mail.get(id);
  const message: Message | null =
    path === undefined ? null : await parse((await readMailFile(path)).mail.content, DEFAULT_BUDGETS);
  return {
    ...{ id, at, verdict, category, score, subject, evidence, findings, notRun, message },
    said: said.get(id) ?? null,
    features: featuresInOrder(record.features),
    text: textOf(subject, message, evidence, record.reasons),
  };
}

/** Keeps at most so many of a stream: the same of the same ids, in whatever order they come. */
class Sample<T> {
  readonly #most: number;
  #kept: { readonly key: string; readonly id: string; readonly value: T }[] = [];
  seen = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(id: string, value: T, first: boolean): void {
    this.seen += 1;
    this.#kept.push({ key: `${first ? 0 : 1}${hashOf(id)}`, id, value });
    if (this.#kept.length >= 2 * this.#most) this.#cut();
  }

  ids(): string[] {
    this.#cut();
    return this.#kept.map(({ id }) => id);
  }

  /** By id, which is by time. */
  taken(): T[] {
    this.#cut();
    return this.#kept.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ value }) => value);
  }

  #cut(): void {
    this.#kept.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#kept.length = Math.min(this.#kept.length, this.#most);
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
