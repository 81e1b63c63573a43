import { type Evidence, type FactsBySource, factsOf, type SourceName } from '../../../evidence/evidence.ts';

/** Says what there is; null where there is nothing to say beyond the plain words of the feature. */
export type Saying = (evidence: Evidence) => string | null;
export type Sayings = Readonly<Record<string, Saying>>;

/** A saying about the facts of one source; null where it failed. */
export function about<S extends SourceName>(
  source: S,
  say: (facts: FactsBySource[S], evidence: Evidence) => string | null,
): Saying {
  return (evidence) => {
    const facts = factsOf<FactsBySource[S]>(evidence[source]);
    return facts === null ? null : say(facts, evidence);
  };
}

export const when = (condition: boolean, words: () => string) => (condition ? words() : null);

/** "A link goes" for one, "3 links go" for more. */
export const some = (count: number, one: string, many: string) =>
  count === 1 ? one : `${Math.round(count)} ${many}`;

export const NO_LINKS = 'It has no links';

/** A share as people say it. */
export function part(share: number, of: string): string {
  if (share >= 0.995) return `All ${of}`;
  if (share >= 0.75) return `Most ${of}`;
  if (share >= 0.45) return `About half of the ${of}`;
  return share < 0.005 ? `None of the ${of}` : `Few ${of}`;
}
