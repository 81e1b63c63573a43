import type { Evidence } from '../evidence/evidence.ts';

/** Which way a feature may move the score: 'up' only raises, 'down' only lowers, 'free' either. */
export type Direction = 'up' | 'down' | 'free';

/** One named number. The list of all of them, in order, is the feature schema. */
export interface Feature {
  /** snake_case, starts with the group: `links_shorteners`. */
  readonly name: string;
  readonly group: string;
  readonly unit:
    | 'count'
    | 'share'
    | 'flag'
    | 'hours'
    | 'days'
    | 'characters'
    | 'bytes'
    | 'bits'
    | 'log1p_count'
    | 'level';
  readonly range: readonly [number, number];
  /** Where the evidence is missing. NaN says "missing" to the model. */
  readonly whenMissing: number;
  readonly direction: Direction;
  /** One line, for docs/features.md. */
  readonly meaning: string;
  /** Reads evidence only; undefined where it is missing. Values outside the range are clamped by the schema. */
  readonly measure: (evidence: Evidence) => number | undefined;
}
