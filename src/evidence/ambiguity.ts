import type { EvidenceSource } from './evidence.ts';

export interface AmbiguityFacts {
  /** Names of the ways in which two readings disagree. */
  readonly kinds: readonly string[];
  readonly overBudget: readonly string[];
  readonly bareLineEnds: number;
  readonly nulBytes: number;
}

/** Where two readers of the same bytes would see different messages. */
export function ambiguitySource(): EvidenceSource<'ambiguity'> {
  return {
    name: 'ambiguity',
    onFailure: 'open',
    gather({ wire }, { ambiguities, overBudget }) {
      return {
        kinds: [...ambiguities],
        overBudget: [...overBudget],
        bareLineEnds: wire.bareCr + wire.bareLf,
        nulBytes: wire.nul,
      };
    },
  };
}
