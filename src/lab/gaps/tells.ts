import type { RuleSet } from '../../detect/rules/rule-set.ts';
import { bitsAt } from './bits.ts';
import { conditionsFor, costOf } from './conditions.ts';
import { judgeConditions } from './engine.ts';
import type { Specimen } from './specimen.ts';

/** A condition by which a group differs from everything else. */
export interface Tell {
  readonly condition: string;
  /** Shares of messages that meet it. */
  readonly share: number;
  readonly elsewhere: number;
}

/** What holds for fewer of the group does not describe it. */
const LEAST_SHARE = 0.7;
/** How often more than elsewhere. */
const LEAST_LIFT = 1.5;
const SHOWN = 8;

/** What distinguishes a group from the rest, most telling first. */
export function tells(
  members: readonly Specimen[],
  rest: readonly Specimen[],
  rules: Pick<RuleSet, 'predicates'>,
): Tell[] {
  const all = [...members, ...rest];
  const withText = all.every(({ message }) => message !== null);
  const conditions = conditionsFor(members, rules, withText);
  const own = bitsAt(members.length, members.keys());
  const common = judgeConditions(conditions, rules.predicates, members).map(
    (holds) => holds.countWith(own) / members.length,
  );
  const kept = conditions.flatMap((condition, i) =>
    (common[i] ?? 0) >= LEAST_SHARE ? [{ condition, share: common[i] ?? 0 }] : [],
  );
  const others = bitsAt(rest.length, rest.keys());
  const holds = judgeConditions(
    kept.map(({ condition }) => condition),
    rules.predicates,
    rest,
  );
  const lift = ({ share, elsewhere }: Tell) => share / (elsewhere + 1 / (rest.length + 1));
  const found = kept
    .map((one, i) => ({ ...one, elsewhere: (holds[i]?.countWith(others) ?? 0) / Math.max(1, rest.length) }))
    .filter((one) => lift(one) >= LEAST_LIFT)
    .sort(
      (a, b) =>
        lift(b) - lift(a) ||
        costOf(a.condition) - costOf(b.condition) ||
        (a.condition < b.condition ? -1 : 1),
    );
  return oneOfEachFact(found).slice(0, SHOWN);
}

/** `x > 0.0` and `x >= 1.0` tell the same. */
function oneOfEachFact(found: readonly Tell[]): Tell[] {
  const seen = new Set<string>();
  return found.filter(({ condition }) => {
    const fact = condition.replace(/^!/, '').split(' ', 1)[0] ?? '';
    return !seen.has(fact) && seen.add(fact);
  });
}
