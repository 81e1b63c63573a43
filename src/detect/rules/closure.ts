import type { ASTNode } from '@marcbachmann/cel-js';
import type { Variables } from './cel.ts';
import { type FactsView, isSource, SOURCE_TYPES } from './facts.ts';
import type { Pattern } from './pattern.ts';

/** What a closure needs of the compiler that made the tree. */
export interface ClosureContext {
  isPredicate(name: string): boolean;
  pattern(expression: string): Pattern;
  /** Fields of a registered type, by name, with their types; null where there is no such type. */
  fieldsOf(type: string): Readonly<Record<string, string>> | null;
}

/** A part of an expression: what type it gives (as CEL names it), and how to get it. */
interface Closure {
  readonly type: string;
  readonly run: (variables: Variables) => unknown;
}

type Run = Closure['run'];

/**
 * A checked expression as closures of JavaScript: about ten times as fast as the engine, which walks the tree anew each time. Booleans,
 * comparisons, fields, sums, known and matches_re are here; null where the expression has anything else. A closure throws where a value is
 * not what the type says; then the engine has to judge, since CEL says what `error && false` is.
 */
export function closureOf(ast: ASTNode, context: ClosureContext): Run | null {
  return known(ast, context)?.run ?? null;
}

/** Null for what closures do not know. */
function known(node: ASTNode, context: ClosureContext): Closure | null {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return variable(node.args, context);
    case '.':
      return field(node.args[0], node.args[1], context);
    case '!_':
      return not(node.args, context);
    case '&&':
    case '||':
      return logical(node.op, node.args[0], node.args[1], context);
    case 'call':
      return isKnown(node.args, context);
    case 'rcall':
      return match(node.args, context);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
      return binary(node.op, node.args[0], node.args[1], context);
    default:
      return null;
  }
}

function literal(value: unknown): Closure | null {
  if (typeof value === 'number') return { type: 'double', run: () => value };
  if (typeof value === 'string') return { type: 'string', run: () => value };
  return typeof value === 'boolean' ? { type: 'bool', run: () => value } : null;
}

function variable(name: string, context: ClosureContext): Closure | null {
  if (isSource(name))
    return { type: SOURCE_TYPES.get(name)?.name ?? '', run: (variables) => variables[name] };
  if (!context.isPredicate(name)) return null;
  return { type: 'bool', run: (variables) => flag(variables[name]) };
}

function field(object: ASTNode, name: string, context: ClosureContext): Closure | null {
  const owner = known(object, context);
  const type = owner === null ? undefined : context.fieldsOf(owner.type)?.[name];
  if (owner === null || type === undefined) return null;
  const { run } = owner;
  return {
    type,
    run: (variables) => {
      const value = (run(variables) as FactsView)[name];
      if (value === undefined || value === null) throw new TypeError(`no ${name}`);
      return value;
    },
  };
}

function not(operand: ASTNode, context: ClosureContext): Closure | null {
  const run = boolOf(operand, context);
  return run === null ? null : { type: 'bool', run: (variables) => !flag(run(variables)) };
}

function logical(op: '&&' | '||', left: ASTNode, right: ASTNode, context: ClosureContext): Closure | null {
  const [a, b] = [boolOf(left, context), boolOf(right, context)];
  if (a === null || b === null) return null;
  const run: Run =
    op === '&&'
      ? (variables) => flag(a(variables)) && flag(b(variables))
      : (variables) => flag(a(variables)) || flag(b(variables));
  return { type: 'bool', run };
}

function boolOf(node: ASTNode, context: ClosureContext): Run | null {
  const part = known(node, context);
  return part?.type === 'bool' ? part.run : null;
}

/** `known(x)`: whether a number is there. */
function isKnown(
  [name, [argument]]: readonly [string, readonly ASTNode[]],
  context: ClosureContext,
): Closure | null {
  const number = name === 'known' && argument !== undefined ? known(argument, context) : null;
  if (number?.type !== 'double') return null;
  const { run } = number;
  return { type: 'bool', run: (variables) => !Number.isNaN(numberOf(run(variables))) };
}

function match(
  [name, receiver, [argument]]: readonly [string, ASTNode, readonly ASTNode[]],
  context: ClosureContext,
): Closure | null {
  const text = known(receiver, context);
  if (name !== 'matches_re' || text?.type !== 'string') return null;
  if (argument?.op !== 'value' || typeof argument.args !== 'string') return null;
  const pattern = context.pattern(argument.args);
  const { run } = text;
  return { type: 'bool', run: (variables) => pattern.test(textOf(run(variables))) };
}

function binary(op: string, left: ASTNode, right: ASTNode, context: ClosureContext): Closure | null {
  const [a, b] = [known(left, context), known(right, context)];
  if (a === null || b === null || a.type !== b.type) return null;
  const combine = a.type === 'double' ? NUMBERS[op] : a.type === 'string' ? TEXTS[op] : undefined;
  return combine === undefined ? null : { type: op === '+' ? a.type : 'bool', run: combine(a.run, b.run) };
}

type Combine = (a: Run, b: Run) => Run;

const NUMBERS: Readonly<Record<string, Combine>> = {
  '==': (a, b) => (variables) => numberOf(a(variables)) === numberOf(b(variables)),
  '!=': (a, b) => (variables) => numberOf(a(variables)) !== numberOf(b(variables)),
  '<': (a, b) => (variables) => numberOf(a(variables)) < numberOf(b(variables)),
  '<=': (a, b) => (variables) => numberOf(a(variables)) <= numberOf(b(variables)),
  '>': (a, b) => (variables) => numberOf(a(variables)) > numberOf(b(variables)),
  '>=': (a, b) => (variables) => numberOf(a(variables)) >= numberOf(b(variables)),
  '+': (a, b) => (variables) => numberOf(a(variables)) + numberOf(b(variables)),
};

const TEXTS: Readonly<Record<string, Combine>> = {
  '==': (a, b) => (variables) => textOf(a(variables)) === textOf(b(variables)),
  '!=': (a, b) => (variables) => textOf(a(variables)) !== textOf(b(variables)),
};

function flag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError('no bool');
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError('no double');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('no string');
}
