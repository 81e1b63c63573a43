import { readFile } from 'node:fs/promises';
import { CATEGORIES, type VerdictCategory } from '../detect/category.ts';
import { type Case, moved } from '../lab/cases/case.ts';
import type { CaseStore } from '../lab/cases/store.ts';
import { type FeedbackStores, type Given, giveFeedbackOn, UnknownDecision } from '../ledger/feedback.ts';
import { findDecision } from '../ledger/reader.ts';
import type { DecisionRecord, FeedbackRecord, Strength, Surface } from '../ledger/record.ts';
import { newMailId } from '../mail/id.ts';
import { isRecipient, type Match, matchDecision } from './match.ts';
import { readReported } from './reported.ts';

/** Reports that wait to be looked at; beyond it people are asked to come again. At a few milliseconds each, a matter of seconds. */
export const MAX_WAITING = 1_000;

/** What a person says of a message: by the id of its decision, or with the message itself. */
export interface Report {
  readonly surface: Surface;
  readonly actor: string;
  /** Address of the person, where the report came by mail. */
  readonly reporter?: string;
  readonly is: Case['is'];
  readonly at: Date;
  readonly about: { readonly id: string; readonly raw?: Buffer } | { readonly raw: Buffer };
}

export interface Settled {
  readonly case: Case;
  /** Null where the ledger has no decision. */
  readonly feedback: FeedbackRecord | null;
  /** The same person said the same of the same message before: the case is the one from then. */
  readonly repeated: boolean;
}

/** Too many reports at once. */
export class TooManyReports extends Error {
  override readonly name = 'TooManyReports';
}

export interface DeskParts extends FeedbackStores {
  readonly cases: CaseStore;
  /** Mail that is held under the id of its decision; null where it is not. */
  readonly heldMail?: (id: string) => Promise<Buffer | null>;
  readonly onSettled?: (settled: Settled) => void;
  /** Hears of reports that could not be looked at; they stay `received` and are tried again at the next start. */
  readonly onFault?: (error: Error) => void;
}

/** Takes reports, whatever way they come: each becomes a case, is sought in the ledger, and is feedback where it is found. */
export class Desk {
  readonly #parts: DeskParts;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #left: Promise<void> | null = null;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /**
   * Keeps a report: the case is on disk when it resolves. Throws UnknownDecision where it is about an id that the ledger does not have, and
   * TooManyReports.
   */
  async receive(report: Report): Promise<Case> {
    if (this.#waiting >= MAX_WAITING) throw new TooManyReports('too many reports are waiting');
    const { about, at } = report;
    const raw = about.raw ?? ('id' in about ? await this.#heldMail(about.id) : null);
    const reported = raw === null ? null : await readReported(raw);
    const fresh: Case = {
      schema: 1,
      caseId: newMailId(at.getTime()),
      receivedAt: at.toISOString(),
      state: 'received',
      surface: report.surface,
      actor: report.actor,
      reporter: report.reporter ?? null,
      is: report.is,
      message:
        reported === null
          ? null
          : {
              messageId: reported.messageId,
              from: reported.from,
              subject: reported.subject,
              date: reported.date?.toISOString() ?? null,
            },
      digest: null,
      decisionId: 'id' in about ? about.id : null,
      matchedBy: null,
      was: null,
      feedbackId: null,
      check: null,
      fixedBy: null,
      rightSince: null,
      history: [{ at: at.toISOString(), state: 'received', note: `by ${report.actor}` }],
    };
    return this.#parts.cases.create(fresh, raw);
  }

  /** Seeks the decision of a case and gives the feedback. One after the other. */
  settle(one: Case): Promise<Settled> {
    this.#waiting += 1;
    const done = this.#last.then(() => this.#settle(one));
    this.#last = done
      .catch((error: unknown) => this.#parts.onFault?.(asError(error)))
      .finally(() => {
        this.#waiting -= 1;
      });
    return done;
  }

  /** Receives and settles. */
  async take(report: Report): Promise<Settled> {
    if ('id' in report.about && (await findDecision(this.#parts.directory, report.about.id)) === null) {
      throw new UnknownDecision(`no decision ${JSON.stringify(report.about.id)} in ${this.#parts.directory}`);
    }
    return this.settle(await this.receive(report));
  }

  /** What a process that ended left without a look. */
  settleLeft(): Promise<void> {
    this.#left ??= this.#settleLeft();
    return this.#left;
  }

  async #settleLeft(): Promise<void> {
    const { cases, onFault = () => undefined } = this.#parts;
    for (const one of await cases.list(onFault))
      if (one.state === 'received') await this.settle(one).catch(() => undefined);
  }

  /** Does other work on feedback between two reports. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Everything that was received is settled, or stays on disk as received. */
  async close(): Promise<void> {
    await this.#left;
    await this.#last;
  }

  async #settle(one: Case): Promise<Settled> {
    const { cases, onSettled } = this.#parts;
    const match = await this.#match(one);
    const settled = match === null ? await this.#unknown(one) : await this.#found(one, match);
    if (settled.repeated) await cases.remove(one.caseId);
    else await cases.save(settled.case);
    onSettled?.(settled);
    return settled;
  }

  async #match(one: Case): Promise<Match | null> {
    const { cases, directory } = this.#parts;
    if (one.decisionId !== null) {
      const decision = await findDecision(directory, one.decisionId);
      return decision === null ? null : { decision, by: 'id' };
    }
    const path = cases.mailOf(one.caseId);
    if (path === null) return null;
    const reported = await readReported(await readFile(path));
    return matchDecision(directory, reported, one.reporter, new Date(one.receivedAt));
  }

  async #found(one: Case, { by, decision }: Match): Promise<Settled> {
    const given = await giveFeedbackOn(decision, sayingOf(one, decision), this.#parts);
    const before = given.repeated ? await this.#caseOf(given, one) : null;
    if (before !== null) return { case: before, feedback: given.record, repeated: true };
    const changes = {
      decisionId: decision.id,
      matchedBy: by,
      was: {
        at: decision.at,
        verdict: decision.verdict,
        category: decision.category,
        score: decision.score,
        model: decision.model,
        detectors: decision.findings.map(({ detector }) => detector),
      },
      feedbackId: given.record.feedbackId,
    };
    const note = `${decision.id} was ${decision.verdict} as ${decision.category}`;
    return {
      case: moved(one, 'found', new Date(one.receivedAt), note, changes),
      feedback: given.record,
      repeated: false,
    };
  }

  async #unknown(one: Case): Promise<Settled> {
    const before = (await this.#cases()).find(
      ({ actor, caseId, digest, is }) =>
        caseId !== one.caseId &&
        digest === one.digest &&
        digest !== null &&
        actor === one.actor &&
        is === one.is,
    );
    if (before !== undefined) return { case: before, feedback: null, repeated: true };
    return {
      case: moved(one, 'unknown', new Date(one.receivedAt), 'not found in the ledger'),
      feedback: null,
      repeated: false,
    };
  }

  async #caseOf({ record }: Given, one: Case): Promise<Case | null> {
    const same = (other: Case) => other.feedbackId === record.feedbackId && other.caseId !== one.caseId;
    return (await this.#cases()).find(same) ?? null;
  }

  #cases(): Promise<Case[]> {
    return this.#parts.cases.list(this.#parts.onFault ?? (() => undefined));
  }

  async #heldMail(id: string): Promise<Buffer | null> {
    return (await this.#parts.heldMail?.(id)) ?? null;
  }
}

function sayingOf(one: Case, decision: DecisionRecord) {
  return {
    is: one.is === 'unwanted' ? likeliest(decision) : one.is,
    actor: one.actor,
    at: new Date(one.receivedAt),
    surface: one.surface,
    strength: strengthOf(one, decision),
  };
}

/** Who forwards a message that was not for him may have it from anywhere: the envelope of a report is easily forged. */
function strengthOf(one: Case, decision: DecisionRecord): Strength {
  return one.reporter === null || isRecipient(decision, one.reporter) ? 'strong' : 'weak';
}

/** What we thought most likely, where a person only says that nobody wants it; spam where nothing was thought. */
function likeliest({ scores }: DecisionRecord): VerdictCategory {
  const [first] = CATEGORIES.map((category) => ({ category, score: scores[category] ?? 0 })).sort(
    (a, b) => b.score - a.score,
  );
  return first === undefined || first.score === 0 ? 'spam' : first.category;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
