import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { Mistake } from '../../mistake.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';

/** A share with Wilson's 95 % limits; null where there was nothing to share. */
const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();

const countsSchema = z.object({ unwanted: z.number(), ham: z.number() });

const onMailSchema = z.object({
  /** Messages on which the rule fired. */
  hits: countsSchema,
  bySource: z.record(z.string(), countsSchema),
  /** Hits by the category that a reader gave; only a few messages have one. */
  byCategory: z.record(z.string(), z.number()),
  /** Unwanted among the hits. It holds for the mixture that was measured, not for a mailbox. */
  precision: intervalSchema,
  /** Share of all unwanted mail. */
  recall: intervalSchema,
  /** Share of the mail of the rule's own category, where a reader gave one. */
  recallOfCategory: intervalSchema,
});

const figuresSchema = z.object({
  format: z.literal(1),
  /** Messages measured, by source. */
  sources: z.record(z.string(), countsSchema),
  /** Messages measured. */
  real: countsSchema,
  invented: countsSchema,
  rules: z.array(
    z.object({ id: z.string(), fingerprint: z.string(), real: onMailSchema, invented: onMailSchema }),
  ),
});

/** What the rules did on labelled mail: figures only, nothing of the mail. */
export type RuleFigures = z.infer<typeof figuresSchema>;
export type RuleFigure = RuleFigures['rules'][number];
export type FiguresOnMail = z.infer<typeof onMailSchema>;

/** Reads figures; null where there is no such file. Throws a Mistake where it is not what `postern rules measure` writes. */
export function readFigures(path: string): RuleFigures | null {
  if (!existsSync(path)) return null;
  const parsed = figuresSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Mistake(`${path}: ${first?.path.join('.')}: ${first?.message}`);
}

/** Changes with the condition of the rule and of each predicate it uses: figures of another condition are not the rule's. */
export function fingerprintOf(rule: Rule, { predicates }: Pick<RuleSet, 'predicates'>): string {
  const hash = createHash('sha256').update(rule.when.text);
  for (const { name, when } of predicates) {
    if (rule.needs.predicates.has(name)) hash.update(`\0${name}\0${when.text}`);
  }
  return hash.digest('hex').slice(0, 12);
}
