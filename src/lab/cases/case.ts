import { z } from 'zod';
import { CATEGORIES } from '../../detect/category.ts';

/** `unwanted`: somebody did not say what it is, only that nobody wants it. */
export const SAID = [...CATEGORIES, 'none', 'unwanted'] as const;

/**
 * received: taken, nothing done yet. found, unknown: whether the ledger has its decision. reproduced, not_reproduced: whether today's
 * detectors still make the mistake. fixed: they did once, and no longer do. closed: somebody said so.
 */
export const CASE_STATES = [
  'received',
  'found',
  'unknown',
  'reproduced',
  'not_reproduced',
  'fixed',
  'closed',
] as const;

const verdict = z.enum(['accept', 'tag', 'quarantine', 'reject', 'defer']);

const caseSchema = z.object({
  schema: z.literal(1),
  caseId: z.string(),
  receivedAt: z.iso.datetime(),
  state: z.enum(CASE_STATES),
  surface: z.enum(['release', 'cli', 'mailbox', 'csv', 'http']),
  actor: z.string(),
  /** Address of the person, where the report came by mail. */
  reporter: z.string().nullable(),
  is: z.enum(SAID),
  /** What the reported message says of itself; null where only the id of a decision was given. */
  message: z
    .object({ messageId: z.string(), from: z.string(), subject: z.string(), date: z.string().nullable() })
    .nullable(),
  /** SHA-256 of the mail that is kept, as hex; null where none is. */
  digest: z.string().nullable(),
  decisionId: z.string().nullable(),
  matchedBy: z.enum(['id', 'verdict_header', 'message_id', 'sender_and_subject']).nullable(),
  /** What was decided when it came. */
  was: z
    .object({
      at: z.string(),
      verdict,
      category: z.string(),
      score: z.number(),
      model: z.string().nullable(),
      detectors: z.array(z.string()),
    })
    .nullable(),
  feedbackId: z.string().nullable(),
  /** The last time that it was judged again. */
  check: z
    .object({
      at: z.string(),
      verdict,
      category: z.string(),
      score: z.number(),
      model: z.string().nullable(),
      detectors: z.array(z.string()),
    })
    .nullable(),
  /** The change, in words of a person or as the check found it. */
  fixedBy: z.string().nullable(),
  /** When a check first saw it treated rightly. */
  rightSince: z.string().nullable(),
  history: z.array(z.object({ at: z.string(), state: z.enum(CASE_STATES), note: z.string() })),
});

/** What follows from one report: a mistake that somebody saw, and what became of it. */
export type Case = Readonly<z.infer<typeof caseSchema>>;
export type CaseState = Case['state'];
export type Judged = NonNullable<Case['check']>;

/** The case of a file. Throws an Error that says what is wrong with it. */
export function readCase(text: string): Case {
  return caseSchema.parse(JSON.parse(text));
}

/** The case in another state, with its history. */
export function moved(
  one: Case,
  state: CaseState,
  at: Date,
  note: string,
  changes: Partial<Case> = {},
): Case {
  return {
    ...one,
    ...changes,
    state,
    history: [...one.history, { at: at.toISOString(), state, note }],
  };
}
