import type { Feature } from '../../detect/feature.ts';
import { FACT_KINDS } from '../../detect/rules/fact-kinds.ts';
import { isSource } from '../../detect/rules/facts.ts';
import type { Predicate, Rule } from '../../detect/rules/rule.ts';
import { factsOfExpression } from './expression-facts.ts';
import { factsOfFeature } from './feature-facts.ts';

export type NodeKind = 'source' | 'fact' | 'predicate' | 'rule' | 'feature' | 'model';

/** A part of the detector. Names are unique within a kind: `links`, `links.shorteners`, `rule` ids, `links_shorteners`. */
export interface LineageNode {
  readonly kind: NodeKind;
  readonly name: string;
  /** What is to be known of it: status and weight of a rule, importance of a feature. */
  readonly about: string;
}

/** `rule:parcel_fee`, `fact:links.shorteners`. */
export type NodeId = string;

/** What depends on what, in one configuration. Edges go one way: source, fact, predicate, rule; and fact, feature, model. */
export interface LineageGraph {
  readonly nodes: ReadonlyMap<NodeId, LineageNode>;
  readonly dependsOn: ReadonlyMap<NodeId, ReadonlySet<NodeId>>;
  readonly usedBy: ReadonlyMap<NodeId, ReadonlySet<NodeId>>;
}

/** Mean absolute contribution of features in logit units, by name, as the card of a model has it. */
export interface ModelImportance {
  readonly id: string;
  readonly importance: ReadonlyMap<string, number>;
}

export interface LineageParts {
  readonly features: readonly Feature[];
  readonly predicates: readonly Predicate[];
  readonly rules: readonly Rule[];
  /** Null without a model. */
  readonly model: ModelImportance | null;
}

export function nodeId({ kind, name }: Pick<LineageNode, 'kind' | 'name'>): NodeId {
  return `${kind}:${name}`;
}

/** The graph of the detectors of a configuration. */
export function lineageOf(parts: LineageParts): LineageGraph {
  const graph = new GraphBuilder();
  addFacts(graph);
  for (const feature of parts.features) addFeature(graph, feature, parts.model);
  for (const predicate of parts.predicates) {
    const id = graph.node('predicate', predicate.name, predicate.meaning);
    addExpression(graph, id, predicate.when.text, predicate.when.names);
  }
  for (const rule of parts.rules) {
    const id = graph.node('rule', rule.id, `${rule.category}, ${rule.status}, weight ${rule.weight}`);
    addExpression(graph, id, rule.when.text, rule.when.names);
    for (const hole of rule.words.template.matchAll(HOLE))
      addExpression(graph, id, hole[1] ?? '', rule.words.names);
  }
  return graph;
}

const HOLE = /\{\{(.*?)\}\}/gs;

function addFacts(graph: GraphBuilder): void {
  for (const [source, kinds] of Object.entries(FACT_KINDS)) {
    const from = graph.node('source', source, source === 'message' ? 'the message itself' : 'evidence');
    for (const [field, kind] of Object.entries(kinds))
      graph.edge(from, graph.node('fact', `${source}.${field}`, kind));
  }
}

function addFeature(graph: GraphBuilder, feature: Feature, model: ModelImportance | null): void {
  const share = model?.importance.get(feature.name);
  const weight =
    model === null ? '' : `, ${share === undefined ? 'unused by the model' : `importance ${share}`}`;
  const id = graph.node('feature', feature.name, `${feature.meaning}${weight}`);
  for (const fact of factsOfFeature(feature)) {
    const [source = ''] = fact.split('.');
    const from = graph.node('source', source, 'evidence');
    const through = graph.node('fact', fact, 'not for rules');
    graph.edge(from, through);
    graph.edge(through, id);
  }
  if (model !== null && share !== undefined) graph.edge(id, graph.node('model', model.id, 'model in force'));
}

function addExpression(graph: GraphBuilder, id: NodeId, text: string, names: ReadonlySet<string>): void {
  for (const fact of factsOfExpression(text)) graph.edge(nodeId({ kind: 'fact', name: fact }), id);
  for (const name of names) if (!isSource(name)) graph.edge(nodeId({ kind: 'predicate', name }), id);
}

class GraphBuilder implements LineageGraph {
  readonly nodes = new Map<NodeId, LineageNode>();
  readonly dependsOn = new Map<NodeId, Set<NodeId>>();
  readonly usedBy = new Map<NodeId, Set<NodeId>>();

  /** Whoever names a node first says what it is about. */
  node(kind: NodeKind, name: string, about: string): NodeId {
    const id = nodeId({ kind, name });
    if (!this.nodes.has(id)) this.nodes.set(id, { kind, name, about });
    return id;
  }

  edge(from: NodeId, to: NodeId): void {
    add(this.usedBy, from, to);
    add(this.dependsOn, to, from);
  }
}

function add(edges: Map<NodeId, Set<NodeId>>, from: NodeId, to: NodeId): void {
  const known = edges.get(from);
  if (known === undefined) edges.set(from, new Set([to]));
  else known.add(to);
}
