import { type ASTNode, parse } from '@marcbachmann/cel-js';
import { isSource } from '../../detect/rules/facts.ts';
import type { FactName } from './feature-facts.ts';

/** The facts that an expression names, whether or not it comes to them. The expression was compiled before, so it parses. */
export function factsOfExpression(text: string): ReadonlySet<FactName> {
  const facts = new Set<FactName>();
  for (const node of nodesOf(parse(text).ast)) {
    if (node.op !== '.' && node.op !== '.?') continue;
    const [of, field] = node.args;
    if (of.op === 'id' && isSource(of.args)) facts.add(`${of.args}.${field}`);
  }
  return facts;
}

/** All nodes of a tree; its depth was bounded when it was compiled. */
function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node.args)) yield* nodesOf(child);
}

function childrenOf(args: unknown): readonly ASTNode[] {
  if (isNode(args)) return [args];
  return Array.isArray(args) ? args.flatMap(childrenOf) : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
