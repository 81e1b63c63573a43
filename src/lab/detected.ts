import type { Category } from '../detect/category.ts';
import type { Finding } from '../detect/finding.ts';
import type { RuleSet } from '../detect/rules/rule-set.ts';
import { type Evidence, failuresOf } from '../evidence/evidence.ts';
import type { Message } from '../message/message.ts';

/** What kind of mail it says it is, by its header fields: a reporting dimension, no evidence. */
export const MAIL_KINDS = ['list', 'newsletter', 'bulk', 'automatic', 'personal', 'unknown'] as const;

export type MailKind = (typeof MAIL_KINDS)[number];

/** What everything but the model says of one message: a line of rules.ndjson. */
export interface Detected {
  /** Sum of the weights of active rules, logit units. */
  readonly weight: number;
  /** The positive part of it by category: the votes that share out the score. */
  readonly votes: Readonly<Partial<Record<Category, number>>>;
  /** Ids of the rules that fired, those in shadow too. */
  readonly hits: readonly string[];
  /** Ids of the rules that could not be judged. */
  readonly notRun: readonly string[];
  /** Sources of evidence that failed. */
  readonly failed: readonly string[];
  /** What an active rule asks for whatever the score. */
  readonly forced: 'tag' | 'quarantine' | 'reject' | null;
}

const PREFIX = 'rule:';

/** The rules' opinion of a message, as serving adds it to the model's. */
export function detect(message: Message, evidence: Evidence, rules: RuleSet): Detected {
  const { findings, notRun, forced } = rules.judge({ message, evidence });
  return {
    weight: findings.reduce((sum, finding) => sum + finding.weight, 0),
    votes: votesOf(findings),
    hits: findings.map(({ detector }) => detector.slice(PREFIX.length)),
    notRun: notRun.map(({ what }) => what.slice(PREFIX.length)),
    failed: failuresOf(evidence).map(({ what }) => what.replace(/^evidence:/, '')),
    forced: forced?.action ?? null,
  };
}

function votesOf(findings: readonly Finding[]): Partial<Record<Category, number>> {
  const votes: Partial<Record<Category, number>> = {};
  for (const { category, weight } of findings) {
    if (category !== 'none' && weight > 0) votes[category] = (votes[category] ?? 0) + weight;
  }
  return votes;
}

/** The kind that the header fields claim; the most specific wins, as list software and senders of newsletters both say bulk. */
export function kindOf({ headers }: Pick<Evidence, 'headers'>): MailKind {
  if (headers.status === 'failed') return 'unknown';
  const { listId, listUnsubscribe, oneClickUnsubscribe, bulk, autoSubmitted } = headers.facts;
  if (oneClickUnsubscribe || (listUnsubscribe && !listId)) return 'newsletter';
  if (listId) return 'list';
  if (bulk) return 'bulk';
  return autoSubmitted ? 'automatic' : 'personal';
}

/** ISO 639-1 by the words, null where they do not tell. */
export function languageOf({ language }: Pick<Evidence, 'language'>): string | null {
  return language.status === 'ok' && language.facts.language !== '' ? language.facts.language : null;
}
