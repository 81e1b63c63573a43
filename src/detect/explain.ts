import type { Decision } from '../decision.ts';
import { logitOf } from './assess.ts';
import type { Assessment } from './assessment.ts';
import { CATEGORIES, type Category } from './category.ts';
import { byStrength, type Finding } from './finding.ts';
import { quote } from './rules/quote.ts';

/** One line of the sum. */
export interface Part {
  readonly words: string;
  /** Logit units. */
  readonly weight: number;
  /** Of all that moved the score either way, 0 to 1. */
  readonly share: number;
}

export interface Explanation {
  /** The bias first, then the findings by strength; what is too small to be told is one part. Their weights add up to `sum`. */
  readonly parts: readonly Part[];
  /** Logit of the score. */
  readonly sum: number;
}

/** A table that a person reads to its end; the rest is one line, so that the parts still add up. */
export const MAX_PARTS = 15;

/** The sum behind a score in words. */
export function explanation(assessment: Assessment): Explanation {
  const active = assessment.findings.filter((finding) => finding.status === 'active').sort(byStrength);
  const told = active.slice(0, MAX_PARTS);
  const rest = active.slice(MAX_PARTS);
  const lines = [
    { words: startWords(assessment), weight: assessment.bias },
    ...told.map(({ words, weight }) => ({ words, weight })),
    ...(rest.length === 0
      ? []
      : [{ words: `smaller findings together (${rest.length})`, weight: total(rest) }]),
  ];
  const moved = lines.slice(1).reduce((sum, line) => sum + Math.abs(line.weight), 0);
  const parts = lines.map((line, i) => ({
    ...line,
    share: i === 0 || moved === 0 ? 0 : Math.abs(line.weight) / moved,
  }));
  return { parts, sum: logitOf(assessment.bias, active) };
}

function startWords(assessment: Assessment): string {
  return assessment.model === null
    ? 'before anything is looked at'
    : `before anything is looked at, says ${assessment.model}`;
}

function total(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + finding.weight, 0);
}

/** What an explanation tells of a decision: judged now, or read back from the ledger. */
export type Explained = Pick<Decision, 'id' | 'from' | 'subject' | 'verdict' | 'fates' | 'assessment'>;

/** A decision as plain text for a terminal. Text of the sender is in quotes, bounded, and free of control characters. */
export function renderExplanation(decision: Explained): string {
  const { assessment } = decision;
  const { parts, sum } = explanation(assessment);
  const blocks = [
    headOf(decision),
    [
      'The sum (logit units; + speaks against the message)',
      ...parts.map(partLine),
      sumLine(sum, assessment.score),
    ],
    ['Score by category', ...categoryLines(assessment)],
    shadowLines(assessment),
    notRunLines(assessment),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function headOf(decision: Explained): string[] {
  const { assessment, fates } = decision;
  return [
    `Message   ${decision.id}`,
    `From      ${quote(decision.from)}`,
    `Subject   ${quote(decision.subject)}`,
    `Verdict   ${decision.verdict}, category ${assessment.category}, score ${assessment.score.toFixed(3)}`,
    ...fates.map((fate) => `Fate      ${fate.verdict} by ${fate.policy} for ${recipients(fate.recipients)}`),
    ...(assessment.forced === null
      ? []
      : [`Forced    ${assessment.forced} by ${assessment.forcedBy ?? 'a rule'}`]),
  ];
}

/** As many recipients as fit a line. */
const MAX_RECIPIENTS = 3;

function recipients(all: readonly string[]): string {
  const shown = all.slice(0, MAX_RECIPIENTS).map(quote).join(', ');
  const more = all.length - MAX_RECIPIENTS;
  return more > 0 ? `${shown} and ${more} more` : shown || 'nobody';
}

function partLine(part: Part): string {
  const share = part.share === 0 ? '    ' : `${Math.round(part.share * 100)} %`.padStart(5).slice(-5);
  return `  ${signed(part.weight)}  ${share.padStart(5)}  ${part.words}`;
}

function sumLine(sum: number, score: number): string {
  return `  ${signed(sum)}         together: a score of ${score.toFixed(3)}`;
}

function signed(weight: number): string {
  return `${weight < 0 ? '-' : '+'}${Math.abs(weight).toFixed(3)}`.padStart(8);
}

function categoryLines({ scores }: Assessment): string[] {
  return [...CATEGORIES]
    .sort((a: Category, b: Category) => scores[b] - scores[a])
    .map((category) => `  ${scores[category].toFixed(3)}  ${category}`);
}

function shadowLines({ findings }: Assessment): string[] {
  const lines = findings
    .filter(({ status }) => status === 'shadow')
    .map((f) => `  ${f.detector}  ${f.words}`);
  return lines.length === 0 ? [] : ['In shadow (seen, not counted)', ...lines];
}

function notRunLines({ notRun }: Assessment): string[] {
  const lines = notRun.map(
    (part) => `  ${part.what}  ${part.reason}: ${quote(part.detail)} (${part.outcome})`,
  );
  return lines.length === 0 ? [] : ['Without an opinion', ...lines];
}
