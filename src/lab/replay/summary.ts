import type { VerdictCategory } from '../../detect/category.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Interval } from '../evaluate/interval.ts';

/** What was or would have been made of a message. */
export interface Judged {
  readonly verdict: Verdict;
  readonly category: VerdictCategory;
  readonly score: number;
}

/** A message that would have had another verdict. */
export interface Change {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly from: string;
  readonly subject: string;
  readonly before: Judged;
  readonly after: Judged;
  /** What people say it is; null where nobody said anything. */
  readonly label: VerdictCategory | null;
  /** Findings that came, went or count otherwise, and the part of the policy that decides. */
  readonly why: readonly string[];
}

/** Messages of a category that go from one verdict to another. */
export interface Move {
  readonly from: Verdict;
  readonly to: Verdict;
  /** By the replay. */
  readonly category: VerdictCategory;
  readonly count: number;
  /** Of all replayed messages that had the verdict `from`, with Wilson's limits. */
  readonly share: Interval;
  /** Of them, those that people called unwanted, and those that they called wanted. */
  readonly unwanted: number;
  readonly wanted: number;
}

/** Known cases whose treatment changes. */
export interface CaseGroup {
  readonly count: number;
  /** All replayed cases that people called so. */
  readonly of: number;
  /** With Wilson's limits; null where there are none. */
  readonly share: Interval | null;
  readonly ids: readonly string[];
}

/** What people had said of the replayed messages, and what becomes of it. Tagged, held and refused mail is caught. */
export interface Cases {
  /** Unwanted and accepted before, caught now. */
  readonly newlyCaught: CaseGroup;
  /** Unwanted and caught before, accepted now. */
  readonly newlyMissed: CaseGroup;
  /** Wanted and accepted before, caught now. */
  readonly newlyWrong: CaseGroup;
  /** Wanted and caught before, accepted now. */
  readonly newlyRight: CaseGroup;
}

/** A decision that cannot be made again exactly. */
export interface NotReplayed {
  readonly id: string;
  readonly at: string;
  readonly reason: string;
}

/** A rule that reads the text of mail, which the ledger does not have. */
export interface NeedsMail {
  readonly rule: string;
  /** Decisions at which it came to the text. */
  readonly decisions: number;
  /** Of them, those where the logged finding stands for it, as the rule did not change. */
  readonly fromLog: number;
}

/** The current configuration tried on the decisions first: where it decides otherwise, a move would not be that of the change. */
export interface Verified {
  readonly decisions: number;
  readonly same: number;
}

export interface ReplaySummary {
  /** `policy`: decided again from logged scores; `rules`: rules judged again on logged evidence; `rescore`: all from raw mail. */
  readonly kind: 'policy' | 'rules' | 'rescore';
  readonly since: string | null;
  readonly until: string | null;
  /** In the ledger, in this time. */
  readonly decisions: number;
  readonly replayed: number;
  readonly changed: number;
  /** Replayed messages with another score but the same verdict. */
  readonly rescored: number;
  /** Null where no current configuration was given. */
  readonly verified: Verified | null;
  /** Replayed messages by the verdict that they got. */
  readonly before: readonly { readonly verdict: Verdict; readonly count: number }[];
  readonly moves: readonly Move[];
  readonly cases: Cases;
  /** By time, the first `list` of them. */
  readonly changes: readonly Change[];
  readonly notReplayed: {
    readonly count: number;
    readonly reasons: readonly { readonly reason: string; readonly count: number }[];
    /** By time, the first `list` of them. */
    readonly decisions: readonly NotReplayed[];
  };
  readonly needsMail: readonly NeedsMail[];
  /** Sections of the configuration that differ and can only show with --rescore: what they give is taken as logged. */
  readonly asLogged: readonly string[];
  /** Lines of the ledger that could not be read. */
  readonly badLines: readonly string[];
}
