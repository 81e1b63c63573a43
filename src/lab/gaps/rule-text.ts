import type { Category } from '../../detect/category.ts';
import { compileRules } from '../../detect/rules/compile.ts';
import type { Predicate } from '../../detect/rules/rule.ts';
import type { OnHeldOut } from './propose.ts';
import type { GapKind } from './specimen.ts';

/** What a proposed rule is printed from. */
export interface ToPrint {
  readonly id: string;
  readonly category: Category;
  readonly when: string;
  readonly kind: GapKind;
  readonly heldOut: OnHeldOut;
}

/** Odds of 7 to 1, until its figures in shadow say more. */
const WEIGHT = 2;

/** An entry of `rules:`, in shadow, with what a person has to write himself named in comments. */
export function proposedRule({ id, category, when, kind, heldOut }: ToPrint): string {
  const { hits, of, wrong, others, alike } = heldOut;
  const like = kind === 'miss' ? 'reported mail that was let through' : 'wanted mail that was held';
  return [
    '  # Proposed by `postern gaps`; say in words and falsePositives what a person should know, and write the tests.',
    `  # On messages that it was not chosen on it hit ${hits} of ${of} of the group and ${wrong} of ${others} others.`,
    ...(alike.of === 0
      ? []
      : [
          `  # It hit ${alike.hits} of ${alike.of} that look like the group and that nobody reported: read some of them.`,
        ]),
    `  - id: ${id}`,
    `    category: ${category}`,
    '    status: shadow',
    `    weight: ${kind === 'miss' ? WEIGHT : -WEIGHT}`,
    '    when: |',
    `      ${when.replaceAll(' && ', '\n      && ')}`,
    `    words: It has all the signs of a group of ${like}`,
    `    falsePositives: not known yet; ${wrong} of ${others} others were hit when it was proposed`,
    '    tests:',
    `      # ${id}/match-like-the-group.eml: write a message that meets every condition above; no real mail.`,
    '      - match-like-the-group',
    `      # ${id}/no-match-one-sign-less.eml: the same ${kind === 'miss' ? 'from a sender whom you want' : 'from a sender for whom nobody vouches'}, with one condition not met.`,
    '      - no-match-one-sign-less',
  ].join('\n');
}

/** What is printed as ready to paste has been read and compiled as a file of rules. Throws RulesMistake where that fails. */
export function refuseBroken(yaml: string, predicates: readonly Predicate[]): void {
  const text = JSON.stringify({
    predicates: predicates.map(({ name, meaning, when }) => ({ name, meaning, when: when.text })),
  });
  compileRules([
    { path: 'predicates', text },
    { path: 'proposal', text: `rules:\n${yaml}\n` },
  ]);
}
