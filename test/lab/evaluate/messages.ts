import type { Known } from '../../../src/lab/evaluate/read.ts';
import type { Scored } from '../../../src/lab/evaluate/whole.ts';

/** A message of a dataset; what is not given is plain. */
export function known(more: Partial<Known> = {}): Known {
  return {
    path: 'alpha/ham/1.eml',
    source: 'alpha',
    label: more.unwanted ? 'spam' : 'ham',
    category: null,
    year: 2024,
    language: 'en',
    kind: 'personal',
    unwanted: false,
    detected: { weight: 0, votes: {}, hits: [], notRun: [], failed: [], forced: null },
    ...more,
  };
}

export function scored(
  score: number,
  more: Partial<Known> = {},
  category: Scored['category'] = 'none',
): Scored {
  return { message: known(more), logit: Math.log(score / (1 - score)), score, category };
}

export const hits = (...ids: string[]) => ({ ...known().detected, hits: ids });
