import type { Held, Quarantine } from '../quarantine/quarantine.ts';
import { WHOLE } from '../quarantine/scope.ts';
import { LETTER_ENTRIES } from './letter.ts';

/** Who had no letter for longer than this is told of the last week alone. */
const LOOK_BACK_MS = 7 * 86_400_000;
const PAGE_ROWS = 200;

/** What is held for one recipient: the newest, and the number of all. */
export interface OwnHeld {
  readonly rows: readonly Held[];
  readonly count: number;
}

/** Everybody for whom something that came before `until` is held, in lower case. Reads a page at a time and keeps names alone. */
export async function recipientsWithHeld(
  quarantine: Pick<Quarantine, 'find'>,
  until: Date,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const since = new Date(until.getTime() - LOOK_BACK_MS);
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await quarantine.find({
      scope: WHOLE,
      states: ['held'],
      since,
      until,
      limit: PAGE_ROWS,
      ...(cursor === '' ? {} : { cursor }),
    });
    for (const { fates } of page.rows)
      for (const { recipient, state } of fates) if (state === 'held') names.add(recipient.toLowerCase());
    cursor = page.next;
  }
  return names;
}

/** What came for one recipient from `since` on, before `until`, and is held. */
export async function heldFor(
  quarantine: Pick<Quarantine, 'find'>,
  recipient: string,
  since: Date,
  until: Date,
): Promise<OwnHeld> {
  const from = new Date(Math.max(since.getTime(), until.getTime() - LOOK_BACK_MS));
  const scope = { domains: null, address: recipient };
  const { rows, total } = await quarantine.find({
    scope,
    states: ['held'],
    since: from,
    until,
    limit: LETTER_ENTRIES,
  });
  return { rows, count: total };
}
