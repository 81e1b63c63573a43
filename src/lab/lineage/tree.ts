import { nearest } from '../../config/nearest.ts';
import { Mistake } from '../../mistake.ts';
import { type LineageGraph, type LineageNode, type NodeId, nodeId } from './graph.ts';

/** More names than this are no help to who mistyped one. */
const MOST_SUGGESTIONS = 4;

/** A node with what it depends on, or what depends on it. */
export interface Branch extends LineageNode {
  readonly branches: readonly Branch[];
}

export interface Lineage extends LineageNode {
  readonly dependsOn: readonly Branch[];
  readonly usedBy: readonly Branch[];
}

/** Everything of that name: a rule and a predicate may share one; `kind:name` asks for one. Throws Mistake with the nearest name. */
export function lineagesNamed(graph: LineageGraph, name: string): readonly Lineage[] {
  const found = [...graph.nodes].filter(([id, node]) => id === name || node.name === name);
  if (found.length === 0) throw unknownName(graph, name);
  return found.map(([id, node]) => ({
    ...node,
    dependsOn: branchesOf(id, graph, graph.dependsOn),
    usedBy: branchesOf(id, graph, graph.usedBy),
  }));
}

function unknownName(graph: LineageGraph, name: string): Mistake {
  const names = [...new Set([...graph.nodes.values()].map((node) => node.name))];
  // A part of the name is what people remember: `shorteners` of `links.shorteners`.
  const holding = names.filter((one) => one.includes(name)).slice(0, MOST_SUGGESTIONS);
  const near = holding.length > 0 ? holding.join(' or ') : nearest(name, names);
  const remedy =
    near === null ? '; name a feature, rule, predicate, fact or source' : `, did you mean ${near}?`;
  return new Mistake(`nothing here is named ${JSON.stringify(name)}${remedy}`);
}

/** The graph has no cycles: predicates use only those before them, everything else goes from kind to kind. */
function branchesOf(id: NodeId, graph: LineageGraph, edges: LineageGraph['dependsOn']): readonly Branch[] {
  return [...(edges.get(id) ?? [])]
    .map((next) => graph.nodes.get(next))
    .filter((node) => node !== undefined)
    .sort((a, b) => (nodeId(a) < nodeId(b) ? -1 : 1))
    .map((node) => ({ ...node, branches: branchesOf(nodeId(node), graph, edges) }));
}

/** Names of all facts' sources below a node, itself included where it is one. */
export function sourcesOf(graph: LineageGraph, id: NodeId): readonly string[] {
  const found = new Set<string>();
  const visit = (one: NodeId): void => {
    const node = graph.nodes.get(one);
    if (node?.kind === 'source') found.add(node.name);
    for (const next of graph.dependsOn.get(one) ?? []) visit(next);
  };
  visit(id);
  return [...found].sort();
}

/** For people: a tree either way. */
export function renderLineage(lineage: Lineage): string {
  return [
    titleOf(lineage),
    'depends on',
    ...(lineage.dependsOn.length === 0 ? ['  nothing'] : lines(lineage.dependsOn)),
    'used by',
    ...(lineage.usedBy.length === 0 ? ['  nothing'] : lines(lineage.usedBy)),
  ].join('\n');
}

function lines(branches: readonly Branch[], indent = '  '): string[] {
  return branches.flatMap((branch, i) => {
    const isLast = i === branches.length - 1;
    return [
      `${indent}${isLast ? '└─' : '├─'} ${titleOf(branch)}`,
      ...lines(branch.branches, `${indent}${isLast ? '  ' : '│ '} `),
    ];
  });
}

function titleOf({ kind, name, about }: LineageNode): string {
  return `${kind} ${name}  (${about})`;
}
