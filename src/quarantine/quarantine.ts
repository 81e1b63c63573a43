import type { Decision } from '../decision.ts';
import type { DecisionRecord } from '../ledger/record.ts';
import type { Content, Envelope, Mail } from '../mail/mail.ts';
import type { Scope } from './scope.ts';

export type HeldState = 'held' | 'releasing' | 'released' | 'deleted' | 'expired';

/** What became of a message for one recipient: each is released, deleted and expires alone. */
export interface HeldFate {
  readonly recipient: string;
  readonly state: HeldState;
  readonly releasedAt: Date | null;
  /** A user's name, `token:<name>`, or who ran the command. */
  readonly releasedBy: string | null;
}

/** A message of the quarantine, as somebody sees it: other recipients than those in his scope are not told. */
export interface Held {
  /** Id of the decision; one message is held at most once under it. */
  readonly id: string;
  readonly heldAt: Date;
  /** `held` while it is for any recipient in scope; then, in this order, `releasing`, `released`, `deleted`. */
  readonly state: HeldState;
  readonly envelope: Envelope;
  /** Those in scope for whom it was held; the others got theirs. */
  readonly recipients: readonly string[];
  /** One for each of them, in the same order. */
  readonly fates: readonly HeldFate[];
  readonly from: string;
  readonly subject: string;
  readonly category: string;
  readonly score: number;
  readonly reasons: readonly string[];
  /** Keys that messages of one campaign share: of links, files. */
  readonly likeness: readonly string[];
  readonly sizeBytes: number;
  /** The latest. */
  readonly releasedAt: Date | null;
  /**
   * `release_interrupted`: a process died while it released this message. Whether the next hop took it is unknown (SMTP
   * itself cannot tell, RFC 5321 section 4.5.4.1 and RFC 1047), so it was put back rather than lost. Null: nothing odd.
   */
  readonly note: 'release_interrupted' | null;
}

export interface HeldQuery {
  readonly scope: Scope;
  /** Where the message is in one of these states for any recipient in scope. */
  readonly states?: readonly HeldState[];
  /** Words, all of them, as they or their beginnings are in subject, From, envelope sender, recipients or reasons. */
  readonly text?: string;
  /** Part of From or of the envelope sender, whatever its case. */
  readonly sender?: string;
  /** A whole address. */
  readonly recipient?: string;
  readonly category?: string;
  readonly since?: Date;
  /** Before this moment. */
  readonly until?: Date;
  readonly minScore?: number;
  readonly maxScore?: number;
  /** One key of likeness. */
  readonly likeness?: string;
  /** A recipient in scope, for whom it is held, asked for it. */
  readonly asked?: boolean;
  /** `heldAt` where nothing is said. */
  readonly sort?: HeldSort;
  readonly ascending?: boolean;
  /** 50 where nothing is said; 200 at most. */
  readonly limit?: number;
  /** `next` of the page before, for the same query. */
  readonly cursor?: string;
}

export type HeldSort = 'heldAt' | 'score' | 'from' | 'subject' | 'size';

export interface HeldPage {
  readonly rows: readonly Held[];
  /** All that the query finds, counted up to 10,000. */
  readonly total: number;
  /** There are more than were counted. */
  readonly more: boolean;
  readonly next: string | null;
}

export interface HeldSummary {
  /** Messages that are held for somebody in scope. */
  readonly held: number;
  readonly bytes: number;
  readonly oldest: Date | null;
  readonly byCategory: Readonly<Record<string, number>>;
}

/** Which recipients of a message; all in scope where none are named. */
export interface HeldChoice {
  readonly scope: Scope;
  readonly recipients?: readonly string[];
  /** Who does it. */
  readonly by: string;
}

/** Why the quarantine would not do what it was asked; the message is for people. */
export class QuarantineRefusal extends Error {
  override readonly name = 'QuarantineRefusal';
  /** `unknown`: no such message (any more); `state`: it is in a state that does not allow this. */
  readonly reason: 'unknown' | 'state';

  constructor(reason: 'unknown' | 'state', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Held messages. Every method that changes something has made its effect durable when it resolves. */
export interface Quarantine {
  /** The mail and the rows are durable when it resolves; then, and only then, may 250 be said. */
  hold(mail: Mail, decision: Decision, recipients: readonly string[]): Promise<void>;
  find(query: HeldQuery): Promise<HeldPage>;
  /** Null also where nothing of it is in scope; the whole where none is given. */
  get(id: string, scope?: Scope): Promise<Held | null>;
  /** The record of the decision as it was held; null where the message is gone, or was held by an older version. */
  decision(id: string): Promise<DecisionRecord | null>;
  /** The bytes as they came, without our headers. */
  content(id: string, scope?: Scope): Promise<Content>;
  /**
   * Claims the message for those recipients that are held (held → releasing), calls deliver with them alone, marks them released. One
   * delivery whoever calls, in whatever process; a failure puts them back to held and throws.
   */
  release(
    id: string,
    choice: HeldChoice,
    deliver: (held: Held, content: Content) => Promise<void>,
  ): Promise<Held>;
  /** The mail itself goes when no recipient needs it any more: not held, releasing or released. */
  delete(id: string, choice: HeldChoice): Promise<void>;
  /** Other messages that share a key of likeness, newest first. */
  similar(id: string, scope: Scope, limit: number): Promise<readonly Held[]>;
  summary(scope: Scope): Promise<HeldSummary>;
  /** Deletes what is older than the retention; returns how many messages. */
  expire(now: Date): Promise<number>;
  /** Messages that are held for anybody. */
  count(): Promise<number>;
  close(): Promise<void>;
}
