import type { Held } from '../../src/quarantine/quarantine.ts';
import { takeApart } from './delivered-message.ts';
import type { Outcome } from './send-all.ts';

/** Where every letter ended. The first five numbers are those of the one-line report. */
export interface Accounts {
  readonly sent: number;
  readonly delivered: number;
  readonly held: number;
  readonly refused: number;
  /** Answered with 250 and found nowhere. */
  readonly lost: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** Never answered in the end: still with the sender. */
  readonly unanswered: number;
  /** Found more than once although no connection broke after its data. */
  readonly duplicated: readonly string[];
  /** Refused, and yet delivered or held. */
  readonly contradicted: readonly string[];
  readonly lostIds: readonly string[];
}

export interface Found {
  /** Messages at the next hop, by recipient. */
  readonly delivered: ReadonlyMap<string, readonly Buffer[]>;
  readonly held: readonly Pick<Held, 'recipients'>[];
}

/** Matches what the sender was told with what is found, by recipient: every letter has one of its own. */
export function account(outcomes: readonly Outcome[], found: Found): Accounts {
  const heldFor = new Map<string, number>();
  for (const { recipients } of found.held)
    for (const recipient of recipients) heldFor.set(recipient, (heldFor.get(recipient) ?? 0) + 1);

  const counts = { delivered: 0, held: 0, refused: 0, unanswered: 0 };
  const verdicts: Record<string, number> = {};
  const count = (verdict: string) => {
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  };
  const duplicated: string[] = [];
  const contradicted: string[] = [];
  const lostIds: string[] = [];
  for (const { letter, state, inDoubt } of outcomes) {
    const copies = found.delivered.get(letter.recipient) ?? [];
    const held = heldFor.get(letter.recipient) ?? 0;
    const everywhere = copies.length + held;
    if (everywhere > 1 + inDoubt) duplicated.push(letter.id);
    if (state === 'refused') {
      counts.refused += 1;
      if (everywhere > inDoubt) contradicted.push(letter.id);
    } else if (state === 'unanswered') counts.unanswered += 1;
    else if (held > 0) {
      counts.held += 1;
      count('quarantine');
    } else if (copies[0] !== undefined) {
      counts.delivered += 1;
      count(takeApart(copies[0]).verdict ?? 'none');
    } else lostIds.push(letter.id);
  }
  return {
    sent: outcomes.length,
    ...counts,
    lost: lostIds.length,
    verdicts,
    duplicated,
    contradicted,
    lostIds,
  };
}
