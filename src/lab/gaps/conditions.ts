import { FACT_KINDS, type Kind } from '../../detect/rules/fact-kinds.ts';
import type { Predicate } from '../../detect/rules/rule.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';
import type { SourceName } from '../../evidence/evidence.ts';
import { factsOf } from '../../evidence/evidence.ts';
import { THEMES } from '../../evidence/language.ts';
import type { Specimen } from './specimen.ts';

/** Facts about how the evidence was got, not about the message: a rule on them would fire with the weather. */
const OPERATIONAL = new Set([
  'authentication.dnsFailures',
  'dnsLists.asked',
  'dnsLists.unanswered',
  'clamd.asked',
  'clamd.whole',
  'reputation.remembers',
]);

/** Sources of which flags and numbers are facts that a rule may name. The message's own text is no evidence that the ledger keeps. */
const SOURCES = Object.keys(FACT_KINDS).filter((source) => source !== 'message');

/** Share of the group at whose ends a threshold is put: one odd message must not move it. */
const TAIL = 0.1;

/**
 * Conditions that many of the group meet, as CEL: flags and predicates either way, numbers at the ends of the group, what few values a
 * result of authentication has. Sorted, each once.
 */
export function conditionsFor(
  group: readonly Specimen[],
  rules: Pick<RuleSet, 'predicates'>,
  withText: boolean,
): string[] {
  const found = new Set<string>();
  for (const { name } of usable(rules.predicates, withText)) found.add(name).add(`!${name}`);
  for (const source of SOURCES) {
    const facts = group.flatMap((one) => {
      const own = factsOf<object>(one.evidence[source as SourceName]);
      return own === null ? [] : [own as Readonly<Record<string, unknown>>];
    });
    const kinds: Readonly<Record<string, Kind>> = FACT_KINDS[source as keyof typeof FACT_KINDS];
    for (const [fact, kind] of Object.entries(kinds)) {
      const name = `${source}.${fact}`;
      if (OPERATIONAL.has(name)) continue;
      const values = facts.map((own) => own[fact]);
      for (const condition of ofFact(name, kind, values)) found.add(condition);
    }
  }
  return [...found].sort();
}

/** Sizes of everything: any other sign that hits the same says more. */
const SIZES = new Set([
  'attachments.count',
  'attachments.totalBytes',
  'links.count',
  'links.distinctDomains',
  'links.distinctHosts',
  'links.distinctTargets',
  'links.concentration',
  'links.maxUrlLength',
  'links.maxHostLabels',
  'links.maxPathEntropy',
  'html.visibleChars',
  'html.textShare',
  'language.words',
  'language.upperShare',
  'headers.subjectChars',
  'headers.subjectUpperShare',
  'headers.dateSkewHours',
  'headers.receivedCount',
]);

/** What is against a condition where others hit the same: a sign that is there says more than one that is not, a flag more than a limit. */
export function costOf(condition: string): number {
  const fact = condition.replace(/^!/, '').split(' ', 1)[0] ?? '';
  const size = SIZES.has(fact) ? 3 : 0;
  if (condition.includes('<=')) return size + 3;
  if (condition.includes('>=')) return size + 2;
  return (
    size + (condition.startsWith('!') || condition.endsWith('== 0.0') || condition.endsWith('"no"') ? 2 : 0)
  );
}

/** Predicates that can be judged: where there is no raw mail, those that read its text cannot. */
function usable(all: readonly Predicate[], withText: boolean): readonly Predicate[] {
  if (withText) return all;
  const reading = new Set(all.filter(({ when }) => /\bmessage\./.test(when.text)).map(({ name }) => name));
  return all.filter(
    ({ name, needs }) => !reading.has(name) && ![...needs.predicates].some((one) => reading.has(one)),
  );
}

function ofFact(name: string, kind: Kind, values: readonly unknown[]): string[] {
  switch (kind) {
    case 'flag':
      return [name, `!${name}`];
    case 'maybe':
      return [`${name} == "yes"`, `${name} == "no"`];
    case 'number':
      return ofNumbers(name, values.filter(isNumber));
    case 'themes':
      return THEMES.flatMap((theme) =>
        ofNumbers(
          `${name}.${theme}`,
          values.map((one) => (one as Readonly<Record<string, unknown>> | null)?.[theme]).filter(isNumber),
        ),
      );
    case 'text':
      return (name.startsWith('authentication.') && !name.endsWith('omain')) || name === 'language.language'
        ? ofTexts(name, values)
        : ofText(name);
    default:
      return [];
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function ofNumbers(name: string, values: readonly number[]): string[] {
  if (values.length === 0) return [];
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  const [low, high] = [Math.floor(at(TAIL) * 100) / 100, Math.ceil(at(1 - TAIL) * 100) / 100];
  return [
    `${name} > 0.0`,
    `${name} == 0.0`,
    ...(low > 0 ? [`${name} >= ${decimal(low)}`] : []),
    ...(high > 0 ? [`${name} <= ${decimal(high)}`] : []),
  ];
}

/** CEL tells doubles from integers by the point. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** Values that a sender chose do not become part of a rule; whether there is one does. */
function ofText(name: string): string[] {
  return [`${name} != "" && ${name} != "unknown"`];
}

function ofTexts(name: string, values: readonly unknown[]): string[] {
  const known = new Set(values.filter((one) => typeof one === 'string' && /^[a-z]+$/.test(one)));
  return [...known].map((value) => `${name} == ${JSON.stringify(value)}`);
}
