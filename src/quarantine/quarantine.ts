import type { Decision } from '../decision.ts';
import type { Content, Envelope, Mail } from '../mail/mail.ts';

export type HeldState = 'held' | 'releasing' | 'released' | 'deleted' | 'expired';

/** A row of the quarantine. `recipients` are those whose fate it was; the others got theirs. */
export interface Held {
  /** Id of the decision; one message is held at most once under it. */
  readonly id: string;
  readonly heldAt: Date;
  readonly state: HeldState;
  readonly envelope: Envelope;
  readonly recipients: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly category: string;
  readonly score: number;
  readonly reasons: readonly string[];
  readonly sizeBytes: number;
  readonly releasedAt: Date | null;
  /**
   * `release_interrupted`: a process died while it released this message. Whether the next hop took it is unknown (SMTP
   * itself cannot tell, RFC 5321 section 4.5.4.1 and RFC 1047), so it was put back rather than lost. Null: nothing odd.
   */
  readonly note: 'release_interrupted' | null;
}

export interface HeldFilter {
  readonly state?: HeldState;
  readonly recipient?: string;
  readonly limit?: number;
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

/** Held messages. Every method that returns has made its effect durable. */
export interface Quarantine {
  /** The file (fsynced, folder too) and the row are durable when it resolves; then, and only then, may 250 be said. */
  hold(mail: Mail, decision: Decision, recipients: readonly string[]): Promise<void>;
  list(filter?: HeldFilter): readonly Held[];
  get(id: string): Held | null;
  /** The bytes as they came, without our headers. */
  content(id: string): Content;
  /** Claims the message (held → releasing), calls deliver, marks it released. One delivery whoever calls; a failure puts it back to held and throws. */
  release(id: string, deliver: (held: Held, content: Content) => Promise<void>): Promise<Held>;
  delete(id: string): Promise<void>;
  /** Deletes what is older than the retention; returns how many. */
  expire(now: Date): Promise<number>;
  count(): number;
  close(): void;
}
