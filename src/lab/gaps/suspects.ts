import type { VerdictCategory } from '../../detect/category.ts';
import type { Placed } from './group.ts';
import { isUnwanted, type Specimen } from './specimen.ts';

/** A label that everything but its author contradicts. */
export interface SuspectLabel {
  readonly id: string;
  readonly subject: string;
  readonly said: VerdictCategory;
  readonly score: number;
  /** Of its nearest messages: those of the other side, those of which a person said so, and all. */
  readonly against: number;
  readonly againstSaid: number;
  readonly near: number;
}

/** Below it a message is not near: nothing can be learnt from it about a label. */
const LEAST_LIKENESS = 0.6;
/** Fewer neighbours may all be chance. */
const LEAST_NEAR = 3;
const LEAST_AGAINST = 0.8;
/** How sure the detector must be where no person contradicts. */
const SURE = 0.1;

/**
 * Labels that look wrong: nearly all near messages are of the other side, and either people said so of some of them or the detector is
 * sure. Messages that passed and of which nobody said anything count as wanted, which is not more than likely: a campaign that one person
 * reported looks the same, so `againstSaid` tells how much is known.
 */
export function suspects(placed: readonly Placed[], all: readonly Specimen[]): SuspectLabel[] {
  return placed
    .flatMap(({ at, near }) => {
      const one = all[at];
      if (one === undefined || one.said === null) return [];
      const neighbours = near
        .filter(({ likeness }) => likeness >= LEAST_LIKENESS)
        .flatMap((neighbour) => all[neighbour.at] ?? []);
      const against = neighbours.filter((other) => isUnwanted(other) !== isUnwanted(one));
      const againstSaid = against.filter(({ said }) => said !== null).length;
      const isSure = isUnwanted(one) ? one.score <= SURE : one.score >= 1 - SURE;
      if (neighbours.length < LEAST_NEAR || against.length < LEAST_AGAINST * neighbours.length) return [];
      if (againstSaid === 0 && !isSure) return [];
      const { id, subject, said, score } = one;
      return [{ id, subject, said, score, against: against.length, againstSaid, near: neighbours.length }];
    })
    .sort((a, b) => b.againstSaid - a.againstSaid || b.against - a.against || (a.id < b.id ? -1 : 1));
}
