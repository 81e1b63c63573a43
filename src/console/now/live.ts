import type { Decision } from '../../decision.ts';
import { factsOf } from '../../evidence/evidence.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import { isGraver } from '../../policy/decide.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Scope } from '../../quarantine/scope.ts';

export const WINDOW_MS = 3_600_000;

/** Fourteen a second for an hour, some 30 MB; a busier gate sees a shorter window, and the page says which. */
export const WINDOW_MESSAGES = 50_000;

/** What is shown of a subject or a sender in a list of campaigns. */
const TEXT_CHARACTERS = 120;

/** What the page keeps of one decision. */
export interface Seen {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** By recipient domain: nobody hears of another's. */
  readonly fates: readonly { readonly verdict: Verdict; readonly domains: readonly string[] }[];
  readonly category: string;
  readonly from: string;
  readonly subject: string;
  /** From the end of the data to our reply; null where nobody waited. */
  readonly seconds: number | null;
  readonly stageSeconds: Readonly<Record<string, number>>;
  /** What did not run, and why. */
  readonly failures: readonly { readonly what: string; readonly reason: string }[];
  /** Keys that messages of one campaign share: of links, files. */
  readonly likeness: readonly string[];
}

/** A message as somebody sees it: the gravest verdict for recipients in scope. */
export interface SeenInScope extends Seen {
  readonly verdict: Verdict;
}

/** The decisions of this gate of the last hour, in memory. */
export class LiveWindow {
  readonly #seen: Seen[] = [];
  /** How many at the front have left the window: they are cut off at times, not each alone. */
  #gone = 0;
  #configurationAt: Date | null = null;

  add(seen: Seen): void {
    this.#seen.push(seen);
    this.#forget(seen.at - WINDOW_MS);
  }

  /** Those of before a restart, oldest first; what was added meanwhile stays behind them. */
  addEarlier(seen: readonly Seen[]): void {
    const known = new Set(this.#seen.map(({ id }) => id));
    this.#seen.splice(this.#gone, 0, ...seen.filter(({ id }) => !known.has(id)));
    this.#forget(Number.NEGATIVE_INFINITY);
  }

  /** A changed configuration was taken over by the running gate. */
  configurationTaken(at: Date): void {
    this.#configurationAt = at;
  }

  /** When that was; null: not since the start. */
  get configurationAt(): Date | null {
    return this.#configurationAt;
  }

  /** Whether more came within the hour than is kept. */
  get isCut(): boolean {
    return this.#seen.length - this.#gone >= WINDOW_MESSAGES;
  }

  /** What somebody may see of the last hour, oldest first. */
  inScope(scope: Scope, now: Date): SeenInScope[] {
    const since = now.getTime() - WINDOW_MS;
    return this.#seen.slice(this.#gone).flatMap((seen) => {
      const verdict = seen.at > since ? verdictFor(seen, scope) : null;
      return verdict === null ? [] : [{ ...seen, verdict }];
    });
  }

  #forget(before: number): void {
    while (
      this.#seen.length - this.#gone > WINDOW_MESSAGES ||
      (this.#seen[this.#gone]?.at ?? Number.POSITIVE_INFINITY) <= before
    )
      this.#gone += 1;
    // Half of it empty: moving the rest costs no more than what was added since.
    if (this.#gone * 2 > this.#seen.length) {
      this.#seen.splice(0, this.#gone);
      this.#gone = 0;
    }
  }
}

/** Null where no recipient of it is in scope. A scope of one address sees nothing: this page is not for recipients. */
function verdictFor({ fates }: Seen, { domains, address }: Scope): Verdict | null {
  if (address !== null) return null;
  const mine =
    domains === null ? fates : fates.filter((fate) => fate.domains.some((one) => domains.includes(one)));
  const [first, ...rest] = mine.map(({ verdict }) => verdict);
  if (first === undefined) return null;
  return rest.reduce((worst, next) => (isGraver(next, worst) ? next : worst), first);
}

/** Of a decision just carried out. */
export function seenOf(decision: Decision, seconds: number | null): Seen {
  return made(
    { ...decision, category: decision.assessment.category, notRun: decision.assessment.notRun },
    decision.receivedAt.getTime(),
    seconds,
  );
}

/** Of a decision as the ledger has it. */
export function seenOfRecord(record: DecisionRecord): Seen {
  return made(record, Date.parse(record.at), record.seconds);
}

function made(
  source: Pick<
    DecisionRecord,
    'id' | 'fates' | 'category' | 'from' | 'subject' | 'stageSeconds' | 'notRun' | 'evidence'
  >,
  at: number,
  seconds: number | null,
): Seen {
  const footprint = factsOf(source.evidence.footprint);
  return {
    id: source.id,
    at,
    fates: source.fates.map(({ verdict, recipients }) => ({
      verdict,
      domains: [...new Set(recipients.map(domainOf))],
    })),
    category: source.category,
    from: source.from.slice(0, TEXT_CHARACTERS),
    subject: source.subject.slice(0, TEXT_CHARACTERS),
    seconds,
    stageSeconds: source.stageSeconds,
    failures: source.notRun.map(({ what, reason }) => ({ what, reason })),
    likeness: footprint === null ? [] : [...footprint.links, ...footprint.files],
  };
}

function domainOf(recipient: string): string {
  return recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
}
