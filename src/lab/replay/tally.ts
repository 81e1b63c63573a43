import type { VerdictCategory } from '../../detect/category.ts';
import { isUnwanted } from '../../ledger/record.ts';
import { VERDICTS, type Verdict } from '../../policy/verdict.ts';
import { type Interval, share } from '../evaluate/interval.ts';
import { Earliest } from './earliest.ts';
import type { CaseGroup, Cases, Change, Move, NotReplayed, ReplaySummary } from './summary.ts';

/** Messages that are alike for the counts. */
export interface Alike {
  readonly before: Verdict;
  readonly after: Verdict;
  /** By the replay. */
  readonly category: VerdictCategory;
  readonly label: VerdictCategory | null;
}

type CaseName = keyof Cases;

/** Counts what a replay finds. */
export class Tally {
  #decisions = 0;
  readonly #before = new Map<Verdict, number>();
  readonly #moves = new Map<string, { alike: Alike; count: number; unwanted: number; wanted: number }>();
  readonly #labelled = { unwanted: 0, wanted: 0 };
  readonly #cases: Record<CaseName, string[]> = {
    newlyCaught: [],
    newlyMissed: [],
    newlyWrong: [],
    newlyRight: [],
  };
  readonly #changes: Earliest<Change>;
  readonly #notReplayed: Earliest<NotReplayed>;
  readonly #reasons = new Map<string, number>();

  /** `list` is how many changes are kept one by one, and how many decisions that could not be replayed. */
  constructor(list: number) {
    this.#changes = new Earliest(list);
    this.#notReplayed = new Earliest(list);
  }

  /** Replayed messages. */
  count(alike: Alike, count = 1): void {
    const { before, after, category, label } = alike;
    this.#decisions += count;
    this.#before.set(before, (this.#before.get(before) ?? 0) + count);
    if (label !== null) this.#labelled[label === 'none' ? 'wanted' : 'unwanted'] += count;
    if (before === after) return;
    const key = `${before} ${after} ${category}`;
    const move = this.#moves.get(key) ?? { alike, count: 0, unwanted: 0, wanted: 0 };
    move.count += count;
    if (label !== null) move[label === 'none' ? 'wanted' : 'unwanted'] += count;
    this.#moves.set(key, move);
  }

  /** One of the messages that were counted with another verdict. */
  change(change: Change): void {
    this.#changes.add(change);
    const name = caseOf(change);
    if (name !== null) this.#cases[name].push(change.id);
  }

  countNotReplayed(reason: string, count = 1): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + count);
  }

  /** One of the decisions that were counted as not replayed. */
  notReplayed(decision: NotReplayed): void {
    this.#notReplayed.add(decision);
  }

  summary(): Pick<
    ReplaySummary,
    'decisions' | 'replayed' | 'changed' | 'before' | 'moves' | 'cases' | 'changes' | 'notReplayed'
  > {
    const missing = [...this.#reasons.values()].reduce((sum, count) => sum + count, 0);
    const moves = this.#sortedMoves();
    return {
      decisions: this.#decisions + missing,
      replayed: this.#decisions,
      changed: moves.reduce((sum, move) => sum + move.count, 0),
      before: VERDICTS.flatMap((verdict) => {
        const count = this.#before.get(verdict);
        return count === undefined ? [] : [{ verdict, count }];
      }),
      moves,
      cases: {
        newlyCaught: this.#group('newlyCaught', this.#labelled.unwanted),
        newlyMissed: this.#group('newlyMissed', this.#labelled.unwanted),
        newlyWrong: this.#group('newlyWrong', this.#labelled.wanted),
        newlyRight: this.#group('newlyRight', this.#labelled.wanted),
      },
      changes: this.#changes.items(),
      notReplayed: {
        count: missing,
        reasons: [...this.#reasons]
          .map(([reason, count]) => ({ reason, count }))
          .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
        decisions: this.#notReplayed.items(),
      },
    };
  }

  #sortedMoves(): Move[] {
    const moves = [...this.#moves.values()].map(({ alike, count, unwanted, wanted }) => ({
      from: alike.before,
      to: alike.after,
      category: alike.category,
      count,
      share: share(count, this.#before.get(alike.before) ?? 0) ?? NO_SHARE,
      unwanted,
      wanted,
    }));
    const place = (verdict: Verdict) => VERDICTS.indexOf(verdict);
    return moves.sort(
      (a, b) =>
        place(a.from) - place(b.from) ||
        place(a.to) - place(b.to) ||
        b.count - a.count ||
        (a.category < b.category ? -1 : 1),
    );
  }

  #group(name: CaseName, of: number): CaseGroup {
    const ids = this.#cases[name].toSorted();
    return { count: ids.length, of, share: share(ids.length, of), ids };
  }
}

const NO_SHARE: Interval = { value: 0, low: 0, high: 1 };

/** What a change means for a message that people spoke of; null where they did not, or where it is caught or not as before. */
function caseOf({ label, before, after }: Change): CaseName | null {
  if (label === null || isUnwanted(before.verdict) === isUnwanted(after.verdict)) return null;
  if (isUnwanted(after.verdict)) return label === 'none' ? 'newlyWrong' : 'newlyCaught';
  return label === 'none' ? 'newlyRight' : 'newlyMissed';
}
