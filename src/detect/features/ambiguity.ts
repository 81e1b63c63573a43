import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count } = featuresOf('ambiguity');

export const AMBIGUITY: readonly Feature[] = [
  count(
    'kinds',
    'up',
    'Ways in which two readers would see different messages',
    (facts) => facts.kinds.length,
  ),
  flag(
    'over_budget',
    'up',
    'Too much of something to be read in full',
    (facts) => facts.overBudget.length > 0,
  ),
];
