import type { BudgetName } from './message.ts';

/** Collects what was noticed while a message was read: budgets that were hit and readings that disagree, each once. */
export class Marks {
  readonly #overBudget = new Set<BudgetName>();
  readonly #ambiguities = new Set<string>();

  over(budget: BudgetName): void {
    this.#overBudget.add(budget);
  }

  ambiguous(kind: string): void {
    this.#ambiguities.add(kind);
  }

  isAmbiguous(kind: string): boolean {
    return this.#ambiguities.has(kind);
  }

  isOver(budget: BudgetName): boolean {
    return this.#overBudget.has(budget);
  }

  get overBudget(): readonly BudgetName[] {
    return [...this.#overBudget];
  }

  get ambiguities(): readonly string[] {
    return [...this.#ambiguities].sort();
  }
}
