import type { Held } from '../../src/quarantine/quarantine.ts';
import { takeApart } from './delivered-message.ts';
import { type Outcome, recipientsOf } from './send-all.ts';

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
  /** Found more than once although no reply to its data was lost. */
  readonly duplicated: readonly string[];
  /** Found more than once, and a reply was lost as often: whoever lost it had to send again (RFC 1047). */
  readonly excused: readonly string[];
  /** Refused, and yet delivered or held. */
  readonly contradicted: readonly string[];
  readonly lostIds: readonly string[];
}

export interface Found {
  /** Messages at the next hop, by recipient. */
  readonly delivered: ReadonlyMap<string, readonly Buffer[]>;
  readonly held: readonly Pick<Held, 'recipients'>[];
  /** How often the next hop took a message for a recipient and could not say so. */
  readonly repliesLost?: ReadonlyMap<string, number>;
}

/**
 * Matches what the sender was told with what is found, by recipient: every letter has its own. A letter of which some recipients were
 * held and others not counts as held and as delivered.
 */
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
  const excused: string[] = [];
  const contradicted: string[] = [];
  const lostIds: string[] = [];
  for (const { letter, state, inDoubt } of outcomes) {
    const places = recipientsOf(letter).map((recipient) => {
      const copies = found.delivered.get(recipient) ?? [];
      const held = heldFor.get(recipient) ?? 0;
      return { copies, held, all: copies.length + held, lost: found.repliesLost?.get(recipient) ?? 0 };
    });
    if (places.some(({ all, lost }) => all > 1 + inDoubt + lost)) duplicated.push(letter.id);
    else if (places.some(({ all }) => all > 1)) excused.push(letter.id);
    if (state === 'refused') {
      counts.refused += 1;
      if (places.some(({ all, lost }) => all > inDoubt + lost)) contradicted.push(letter.id);
    } else if (state === 'unanswered') counts.unanswered += 1;
    else if (places.some(({ all }) => all === 0)) lostIds.push(letter.id);
    else {
      const [delivered] = places.flatMap(({ copies }) => copies.slice(0, 1));
      if (places.some(({ held }) => held > 0)) {
        counts.held += 1;
        count('quarantine');
      } else if (delivered !== undefined) count(takeApart(delivered).verdict ?? 'none');
      if (delivered !== undefined && !places.some(({ copies, held }) => copies.length > 0 && held > 0))
        counts.delivered += 1;
    }
  }
  return {
    sent: outcomes.length,
    ...counts,
    lost: lostIds.length,
    verdicts,
    duplicated,
    excused,
    contradicted,
    lostIds,
  };
}
