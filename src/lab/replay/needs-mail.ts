import type { TextRead } from './rejudge.ts';
import type { NeedsMail } from './summary.ts';

/** Counts where rules came to text that the ledger does not have. */
export class NeedsMailCount {
  readonly #counts = new Map<string, { decisions: number; fromLog: number }>();

  add({ rule, fromLog }: TextRead): void {
    const count = this.#counts.get(rule) ?? { decisions: 0, fromLog: 0 };
    count.decisions += 1;
    if (fromLog) count.fromLog += 1;
    this.#counts.set(rule, count);
  }

  /** By name. */
  rules(): NeedsMail[] {
    return [...this.#counts]
      .map(([rule, count]) => ({ rule, ...count }))
      .sort((a, b) => (a.rule < b.rule ? -1 : 1));
  }
}
