import { type Document, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CATEGORIES } from '../category.ts';
import { isStatus, parseStatus, shareOf } from '../experiments/status.ts';
import { ACTIONS, BESIDE_MODEL } from './rule.ts';

const snakeCase = z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'is not snake_case');
const line = z.string().trim().min(1, 'is empty');

const predicateSchema = z.strictObject({ name: snakeCase, meaning: line, when: line });

/** Ten units are odds of 22,000 to 1: no single rule knows more than that. */
export const MAX_WEIGHT = 10;

const ruleSchema = z
  .strictObject({
    id: snakeCase,
    category: z.enum(CATEGORIES),
    status: z
      .string()
      .refine(isStatus, 'is none of active, shadow, off, "canary: N%"')
      .default('shadow')
      .transform(parseStatus),
    weight: z.number().min(-MAX_WEIGHT).max(MAX_WEIGHT).optional(),
    besideModel: z.enum(BESIDE_MODEL).default('scaled'),
    action: z.enum(ACTIONS).optional(),
    when: line,
    words: line.regex(/[^.]$/, 'ends with a full stop; words are a sentence without it'),
    falsePositives: line,
    tests: z.array(z.string().regex(/^(no-)?match-[a-z0-9-]+$/, 'is not match-… or no-match-…')).default([]),
  })
  .refine((rule) => rule.weight !== undefined || rule.action !== undefined, 'needs a weight or an action')
  .refine(
    (rule) =>
      shareOf(rule.status) === 0 || ['match-', 'no-match-'].every((kind) => hasTest(rule.tests, kind)),
    'decides and so needs a match- and a no-match- test',
  );

const fileSchema = z.strictObject({
  predicates: z.array(predicateSchema).default([]),
  rules: z.array(ruleSchema).default([]),
});

function hasTest(tests: readonly string[], kind: string): boolean {
  return tests.some((test) => test.startsWith(kind));
}

export type PredicateEntry = z.infer<typeof predicateSchema>;
export type RuleEntry = z.infer<typeof ruleSchema>;

type Path = readonly (string | number)[];

/** A file of rules as written, with the way back from an entry to its line. */
export interface RuleFile {
  readonly predicates: readonly PredicateEntry[];
  readonly rules: readonly RuleEntry[];
  /** `path:line`; with `offset` characters into a block scalar, the line of that character. */
  where(at: Path, offset?: number): string;
}

export type ReadFile = { readonly file: RuleFile } | { readonly problems: readonly string[] };

/** Reads one file of rules. `path` is only for the messages. */
export function readRuleFile(path: string, text: string): ReadFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return { problems: document.errors.map((e) => `${path}:${lines.linePos(e.pos[0]).line}: ${e.message}`) };
  }
  const where = (at: Path, offset = 0) => `${path}:${lineOf(document, lines, at, offset)}`;
  const data = valuesOf(document);
  if (data instanceof Error) return { problems: [`${path}:1: ${data.message}`] };
  const parsed = fileSchema.safeParse(data);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => problemOf(issue, data, where)) };
  }
  return { file: { predicates: parsed.data.predicates, rules: parsed.data.rules, where } };
}

function valuesOf(document: Document): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // Aliases without an anchor, or too many of them.
    return error instanceof Error ? error : new Error(String(error));
  }
}

function lineOf(document: Document, lines: LineCounter, at: Path, offset: number): number {
  for (let length = at.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(at.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const line = lines.linePos(node.range[0]).line;
    if (length < at.length || !isScalar(node) || node.type !== 'BLOCK_LITERAL') return line;
    return line + 1 + newlinesIn(String(node.value).slice(0, offset));
  }
  return 1;
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1;
}

function problemOf(issue: z.core.$ZodIssue, data: unknown, where: (at: Path) => string): string {
  const at = issue.path.filter((step) => typeof step !== 'symbol');
  const [list, index, ...key] = at;
  const owner = ownerOf(data, list, index);
  return `${where(at)}: ${[owner, key.join('.'), messageOf(issue)].filter((part) => part !== '').join(': ')}`;
}

function ownerOf(data: unknown, list: unknown, index: unknown): string {
  if (typeof index !== 'number') return String(list ?? '');
  const entries = (data as Record<string, unknown>)[String(list)];
  const entry: unknown = Array.isArray(entries) ? entries[index] : null;
  const name = list === 'rules' ? 'id' : 'name';
  const named = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[name] : null;
  return `${list === 'rules' ? 'rule' : 'predicate'} ${typeof named === 'string' ? named : `number ${index + 1}`}`;
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const allowed =
      issue.path[0] === 'predicates' ? predicateSchema : issue.path[0] === 'rules' ? ruleSchema : fileSchema;
    return `unknown key ${issue.keys.join(', ')}; keys are ${Object.keys(allowed.shape).join(', ')}`;
  }
  return issue.message;
}
