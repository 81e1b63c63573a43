import type { Failure } from './feed.ts';
import type { Figures, Found } from './loop.ts';

/** What the process that feeds is told. All of it passes through structured clone. */
export interface Job {
  /** File URL of a module that exports `target`. */
  readonly module: string;
  /** `fuzz` makes inputs; `once` reads those of `seeds` and ends. */
  readonly mode: 'fuzz' | 'once';
  readonly seed: number;
  readonly seeds: readonly Uint8Array[];
  /** Signatures that are known already. */
  readonly known: readonly string[];
  /** Inputs after which to end, and the time on the clock (milliseconds) after which to end. */
  readonly most: number;
  readonly until: number;
  /** Path of the scratch file. */
  readonly scratch: string;
}

export type Report =
  | { readonly kind: 'kept'; readonly input: Uint8Array }
  | { readonly kind: 'failed'; readonly found: Found }
  | { readonly kind: 'uncaught'; readonly input: Uint8Array; readonly failure: Failure }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'done'; readonly figures: Figures };
