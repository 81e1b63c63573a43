export interface AmbiguityFacts {
  /** Names of the ways in which two readings disagree. */
  readonly kinds: readonly string[];
  readonly overBudget: readonly string[];
  readonly bareLineEnds: number;
  readonly nulBytes: number;
}
