import { loadConfig } from '../config/load.ts';
import type { Category } from '../detect/category.ts';
import { type FiguresOnMail, fingerprintOf, type RuleFigures } from '../detect/rules/figures.ts';
import { loadRules } from '../detect/rules/load.ts';
import type { RuleSet } from '../detect/rules/rule-set.ts';
import { Mistake } from '../mistake.ts';
import { type Labelled, labelledMail } from './corpora.ts';
import { measureAll } from './dataset.ts';
import { share } from './evaluate/interval.ts';

export interface RuleFiguresOptions {
  /** Folders of SOURCE/LABEL/*.eml with sidecars. */
  readonly corpora: readonly string[];
  /** Tab-separated file with the categories that readers gave; null takes those of the sidecars. */
  readonly manifest: string | null;
  /** About so many messages, evenly from all folders; null takes all. */
  readonly sample: number | null;
  /** postern.yaml: its rules and lists. */
  readonly config: string;
}

/** A labelled message and the ids of the rules that fired on it, those in shadow too. */
export interface Hit {
  readonly message: Pick<Labelled, 'source' | 'label' | 'category'>;
  readonly hits: readonly string[];
}

/** Sources that somebody wrote for training and tests: they share their writer's style, so they are counted apart. */
const INVENTED = new Set(['synthetic', 'invented']);

/** Judges labelled mail by the rules, without DNS and without memory, and counts. Throws where a message cannot be judged. */
export async function measureRules(
  options: RuleFiguresOptions,
  progress: (done: number, total: number) => void,
): Promise<RuleFigures> {
  const all = await labelledMail(options.corpora, options.manifest);
  if (all.length === 0) throw new Mistake(`no SOURCE/LABEL/*.eml under ${options.corpora.join(', ')}`);
  const labelled = sampleOf(all, options.sample);
  const measured = await measureAll(options.config, labelled, progress);
  const { detect, failures } = loadConfig(options.config, process.env).config;
  const rules = loadRules(detect.rules, { onFailure: failures.rules });
  return ruleFigures(
    rules,
    labelled.map((message, i) => {
      const one = measured[i];
      if (one !== undefined && 'detected' in one) return { message, hits: one.detected.hits };
      throw new Mistake(`${message.path}: ${one?.error ?? 'was not judged'}`);
    }),
  );
}

/** Every n-th message: they are ordered by source and label, so each gives its share. */
function sampleOf(all: readonly Labelled[], sample: number | null): readonly Labelled[] {
  const step = sample === null ? 1 : Math.max(1, Math.ceil(all.length / sample));
  return all.filter((_, i) => i % step === 0);
}

/** Counts what each rule did. */
export function ruleFigures(rules: Pick<RuleSet, 'rules' | 'predicates'>, hits: readonly Hit[]): RuleFigures {
  const byKind = (invented: boolean) =>
    hits.filter(({ message }) => INVENTED.has(message.source) === invented);
  const [real, invented] = [byKind(false), byKind(true)];
  return {
    format: 1,
    sources: bySource(hits),
    real: counts(real),
    invented: counts(invented),
    rules: rules.rules.map((rule) => ({
      id: rule.id,
      fingerprint: fingerprintOf(rule, rules),
      real: onMail(rule.id, rule.category, real),
      invented: onMail(rule.id, rule.category, invented),
    })),
  };
}

function onMail(id: string, category: Category, all: readonly Hit[]): FiguresOnMail {
  const hit = all.filter(({ hits }) => hits.includes(id));
  const found = counts(hit);
  const byCategory = categoriesOf(hit);
  return {
    hits: found,
    bySource: bySource(hit),
    byCategory,
    precision: share(found.unwanted, found.unwanted + found.ham),
    recall: share(found.unwanted, counts(all).unwanted),
    recallOfCategory: share(byCategory[category] ?? 0, categoriesOf(all)[category] ?? 0),
  };
}

function counts(hits: readonly Hit[]) {
  const ham = hits.filter(({ message }) => message.label === 'ham').length;
  return { unwanted: hits.length - ham, ham };
}

function bySource(hits: readonly Hit[]) {
  const sources = [...new Set(hits.map(({ message }) => message.source))].sort();
  return Object.fromEntries(
    sources.map((source) => [source, counts(hits.filter(({ message }) => message.source === source))]),
  );
}

function categoriesOf(hits: readonly Hit[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { message } of hits) {
    if (message.label === 'ham' || message.category === null) continue;
    found[message.category] = (found[message.category] ?? 0) + 1;
  }
  return found;
}
