import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { type Evidence, EvidenceFailure, factsOf, type SourceName } from '../../evidence/evidence.ts';
import type { EvidenceSources } from '../../evidence/gather.ts';
import { inspect } from '../../inspect.ts';
import { type BadLine, readLedger } from '../../ledger/reader.ts';
import type { DecisionRecord, LedgerRecord } from '../../ledger/record.ts';
import { fileContent } from '../../mail/content.ts';
import { findMail } from '../../mail/files.ts';
import type { Mail } from '../../mail/mail.ts';
import { observationOf } from '../../reputation/rebuild.ts';
import type { Observation, Reputation } from '../../reputation/reputation.ts';
import { openInstruments } from '../../service/instruments.ts';
import type { Replayer } from './by-records.ts';
import { deciderOf } from './redecide.ts';
import type { Rejudged } from './rejudge.ts';
import type { Replayable } from './rows.ts';

/** What others were asked for when the mail came, and would answer otherwise today. */
const ASKED: readonly SourceName[] = ['authentication', 'dnsLists', 'clamd'];

export interface RescoreOptions {
  readonly ledger: string;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly onBadLine: (bad: BadLine) => void;
}

/** Raw mail by the id of its decision: `<id>.eml`, also in folders below, as the quarantine and the cases keep it. */
export async function mailOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  for await (const source of findMail([folder])) {
    if ('path' in source && source.path.endsWith('.eml'))
      paths.set(basename(source.path, '.eml'), source.path);
  }
  return paths;
}

type Event = { readonly at: string; readonly place: number; readonly learned: Observation } & {
  readonly record: DecisionRecord | null;
};

/**
 * The decisions of the time asked for, by time. What the ledger says of all that came before one, decisions and feedback since its
 * first line, has been learned when that one is given: the memory is as it was then.
 */
export async function* learningRecords(
  options: RescoreOptions,
  memory: Reputation,
): AsyncGenerator<DecisionRecord> {
  const { since, until } = options;
  const isAsked = (record: LedgerRecord): record is DecisionRecord =>
    record.kind === 'decision' && (since === undefined || Date.parse(record.at) >= since.getTime());
  const events: Event[] = [];
  const bounds = until === undefined ? {} : { until };
  for await (const record of readLedger(options.ledger, { onBadLine: options.onBadLine, ...bounds })) {
    if (record.kind !== 'decision' && record.kind !== 'feedback') continue;
    const learned = observationOf(record);
    if (learned === null) continue;
    const { at } = record;
    events.push({ at, place: events.length, learned, record: isAsked(record) ? record : null });
  }
  events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.place - b.place));
  for (const { learned, record } of events) {
    if (record !== null) yield record;
    memory.observe(learned);
  }
}

export interface RescoringReplayer extends Replayer {
  close(): Promise<void>;
}

/** Judges raw mail with a configuration, beside a memory that somebody else teaches. */
export async function rescoringReplayer(
  config: Config,
  mail: ReadonlyMap<string, string>,
  memory: Pick<Reputation, 'lookup'>,
): Promise<RescoringReplayer> {
  const instruments = await openInstruments(config, { reputation: memory, resolver: null });
  return {
    decider: deciderOf(config),
    async judge(record: Replayable): Promise<Rejudged> {
      const path = mail.get(record.id);
      if (path === undefined) return { reason: 'there is no raw mail of it' };
      const sources = withLogged(instruments.sources, record.evidence);
      const decision = await inspect(await mailFrom(record, path), { ...instruments, sources });
      return decision.assessment;
    },
    close: () => instruments.close(),
  };
}

/** The message as it was received then. */
async function mailFrom({ id, at, envelope, evidence }: Replayable, path: string): Promise<Mail> {
  const wire = factsOf(evidence.ambiguity);
  return {
    id,
    receivedAt: new Date(at),
    envelope,
    content: fileContent(path, (await stat(path)).size),
    wire: { bareCr: 0, bareLf: wire?.bareLineEnds ?? 0, nul: wire?.nulBytes ?? 0 },
    recordedAuthentication: null,
  };
}

/** The sources, but what others were asked for is answered as it was then; what failed then fails again. */
function withLogged(sources: EvidenceSources, evidence: Evidence): EvidenceSources {
  const logged = ASKED.map((name) => [name, answeredAs(sources, name, evidence)]);
  return { ...sources, sources: { ...sources.sources, ...Object.fromEntries(logged) } };
}

function answeredAs<S extends SourceName>(sources: EvidenceSources, name: S, evidence: Evidence) {
  const outcome = evidence[name];
  return {
    ...sources.sources[name],
    gather() {
      if (outcome.status === 'ok') return outcome.facts;
      throw new EvidenceFailure(outcome.reason, outcome.detail);
    },
  };
}
