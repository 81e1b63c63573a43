import { CATEGORIES } from '../category.ts';
import { type FiguresOnMail, fingerprintOf, type RuleFigure, type RuleFigures } from './figures.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';

type Rules = Pick<RuleSet, 'rules' | 'predicates'>;

/**
 * The page of all rules for docs/, generated so that it cannot drift from what runs. Figures of a rule whose condition changed
 * since they were taken are left out.
 */
export function rulesMarkdown(rules: Rules, figures: RuleFigures | null): string {
  const measured = new Map(
    rules.rules.flatMap((rule) => {
      const figure = figures?.rules.find(({ id }) => id === rule.id);
      return figure?.fingerprint === fingerprintOf(rule, rules) ? [[rule.id, figure] as const] : [];
    }),
  );
  const sections = CATEGORIES.flatMap((category) => {
    const own = rules.rules.filter((rule) => rule.category === category);
    const text = own.flatMap((rule) => ruleLines(rule, measured.get(rule.id)));
    return own.length === 0 ? [] : [`## ${category}`, ...text];
  });
  return `${['# Rules', INTRODUCTION, ...overview(rules.rules, figures, measured), ...sections, predicates(rules)].join('\n\n')}\n`;
}

const INTRODUCTION =
  'Generated from the rule files and from models/rule-figures.json by `postern docs`. An `active` rule decides, a `shadow` rule is' +
  ' only seen, one that is `off` does not run. Weights are in logit units: +1 multiplies the odds that a message is unwanted' +
  ' by 2.7. A rule looks at content only after it asked who sends (the predicates at the end); what is known of a sender by' +
  ' memory alone (`established`, `first_contact`) silences it. Rules that count whole beside a model know what no model learned from;' +
  ' the others count as much as the model wants.';

function overview(
  all: readonly Rule[],
  figures: RuleFigures | null,
  measured: ReadonlyMap<string, RuleFigure>,
): string[] {
  const head = [
    '| rule | category | status | weight | unwanted | legitimate | precision |',
    '|---|---|---|---|---|---|---|',
  ];
  const rows = all.map((rule) => {
    const found = measured.get(rule.id)?.real;
    const cells = found
      ? [found.hits.unwanted, found.hits.ham, found.precision === null ? '' : interval(found.precision)]
      : ['', '', ''];
    return `| [${rule.id}](#${rule.id}) | ${rule.category} | ${rule.status} | ${rule.weight} | ${cells.join(' | ')} |`;
  });
  const of = figures === null ? [] : [aboutFigures(figures)];
  return [
    `${all.length} rules, of which ${all.filter(({ status }) => status === 'active').length} are active.`,
    ...of,
    [...head, ...rows].join('\n'),
  ];
}

function aboutFigures({ real, invented, sources }: RuleFigures): string {
  const names = Object.entries(sources).map(([name, { unwanted, ham }]) => `${name} ${unwanted}/${ham}`);
  return (
    `Measured on ${real.unwanted} unwanted and ${real.ham} legitimate real messages, and apart from them on ${invented.unwanted} and` +
    ` ${invented.ham} invented ones (by source, unwanted/legitimate: ${names.join(', ')}), without DNS and as if everybody wrote for the first` +
    ' time, which is the hardest case for a rule. Precision holds for this mixture, with Wilson intervals of 95 %; in brackets after' +
    ' a rule, recall is the share of all unwanted mail, of which one rule wants only a small part. Public collections hold little' +
    ' modern legitimate mail of shops and banks, and old ones lack authentication: few hits there say little about either.'
  );
}

function ruleLines(rule: Rule, figure: RuleFigure | undefined): string[] {
  const effect = [
    ...(rule.weight === 0 ? [] : [`weight ${rule.weight > 0 ? '+' : ''}${rule.weight}`]),
    ...(rule.besideModel === 'whole' ? ['counts whole beside a model'] : []),
    ...(rule.action === null ? [] : [`action \`${rule.action}\``]),
  ];
  return [
    `### ${rule.id}`,
    `\`${rule.status}\`, ${effect.join(', ')}. ${sentence(rule.words.template)}`,
    `\`\`\`cel\n${rule.when.text.trim()}\n\`\`\``,
    `False positives: ${sentence(rule.falsePositives)}`,
    rule.tests.length === 0
      ? 'Tests: none.'
      : `Tests: ${rule.tests.map((test) => `\`${test}\``).join(', ')}.`,
    ...(figure === undefined
      ? []
      : [`Real mail: ${onMail(rule, figure.real)} Invented: ${onMail(rule, figure.invented)}`]),
  ];
}

function onMail(
  { category }: Rule,
  { hits, bySource, precision, recall, recallOfCategory }: FiguresOnMail,
): string {
  if (hits.unwanted + hits.ham === 0) return 'no hit.';
  const sources = Object.entries(bySource).map(
    ([name, { unwanted, ham }]) => `${name} ${unwanted}${ham === 0 ? '' : ` and ${ham} legitimate`}`,
  );
  const shares = [
    ...(precision === null ? [] : [`precision ${interval(precision)}`]),
    ...(recall === null ? [] : [`recall ${percent(recall.value)}`]),
    ...(recallOfCategory === null ? [] : [`of ${category} ${percent(recallOfCategory.value)}`]),
  ];
  return `${hits.unwanted} unwanted, ${hits.ham} legitimate (${sources.join(', ')}); ${shares.join(', ')}.`;
}

function interval({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function predicates({ predicates: all }: Rules): string {
  const rows = all.map(
    ({ name, meaning, when }) => `| \`${name}\` | ${cell(meaning)} | ${code(when.text)} |`,
  );
  return ['## Predicates', '', '| name | meaning | when |', '|---|---|---|', ...rows].join('\n');
}

function sentence(text: string): string {
  const trimmed = text.trim().replaceAll(/\s+/g, ' ');
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${trimmed.endsWith('.') ? '' : '.'}`;
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}
