import { describe, expect, test } from 'vitest';
import { FEATURES } from '../../../src/detect/features/schema.ts';
import { compileRules } from '../../../src/detect/rules/compile.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { factsOfExpression } from '../../../src/lab/lineage/expression-facts.ts';
import { factsOfFeature } from '../../../src/lab/lineage/feature-facts.ts';
import { lineageOf } from '../../../src/lab/lineage/graph.ts';
import { lineagesNamed, renderLineage, sourcesOf } from '../../../src/lab/lineage/tree.ts';
import { evidence as evidenceOf } from '../../detect/evidence.ts';

const RULES = `
predicates:
  - name: hides_target
    meaning: a link hides where it goes
    when: links.shorteners > 0 || links.ipHosts > 0
rules:
  - id: parcel_fee
    category: scam
    status: active
    weight: 2
    when: hides_target && message.subject == "Parcel"
    words: 'writes as {{sender.fromName}}'
    falsePositives: none known
    tests: [match-plain, no-match-plain]
`;

const { rules, predicates } = compileRules([{ path: 'rules.yaml', text: RULES }]);
const model = { id: 'tiny@1', importance: new Map([['links_shorteners', 0.5]]) };
const graph = lineageOf({ features: FEATURES, rules, predicates, model });

/** Evidence that throws where a fact is asked for that is not in the set. */
function only(facts: ReadonlySet<string>, evidence: Evidence): Evidence {
  const guarded = Object.entries(evidence).map(([source, outcome]) => [
    source,
    outcome.status === 'failed'
      ? outcome
      : {
          ...outcome,
          facts: new Proxy(outcome.facts, {
            get(target, field) {
              if (!facts.has(`${source}.${String(field)}`))
                throw new Error(`${source}.${String(field)} was not noted`);
              return Reflect.get(target, field);
            },
          }),
        },
  ]);
  return Object.fromEntries(guarded);
}

const STRANGER = {
  from: evidenceOf({
    authentication: { spf: 'fail', dkim: 'none', dmarc: 'fail', source: 'live' },
    sender: {
      freemail: true,
      replyToPresent: true,
      replyToDiffers: true,
      popularRank: 12,
      lookalikeOf: 'alder.example',
    },
    links: { count: 4, distinctDomains: 3, shorteners: 1, mainForeign: true },
    html: { present: true, visibleChars: 900, remoteImages: 3 },
    reputation: { remembers: true, firstContact: true, writtenMessages: 3, solicited: true },
  }),
};

describe('facts of features', () => {
  test.each(FEATURES.map((feature) => [feature.name, feature] as const))(
    '%s reads no fact that lineage does not name',
    (_, feature) => {
      const facts = factsOfFeature(feature);
      expect(facts.size).toBeGreaterThan(0);
      for (const evidence of [evidenceOf({}), STRANGER.from])
        expect(() => feature.measure(only(facts, evidence))).not.toThrow();
    },
  );

  test('facts behind a branch are found', () => {
    const feature = FEATURES.find(({ name }) => name === 'links_of_vouched');
    expect(feature && [...factsOfFeature(feature)].sort()).toEqual([
      'authentication.source',
      'links.shareOfVouched',
    ]);
  });

  test('facts behind two branches of another fact each are found', () => {
    const facts = factsOfFeature({
      name: 'links_invented',
      group: 'links',
      unit: 'flag',
      range: [0, 1],
      whenMissing: Number.NaN,
      direction: 'up',
      meaning: 'invented',
      measure: ({ links, sender, html }) => {
        if (links.status === 'failed' || sender.status === 'failed' || html.status === 'failed')
          return undefined;
        const both = [links.facts.shorteners > 0, sender.facts.freemail];
        return both.every((one) => one) ? html.facts.forms : 0;
      },
    });
    expect([...facts].sort()).toEqual(['html.forms', 'links.shorteners', 'sender.freemail']);
  });
});

describe('facts of expressions', () => {
  test('names of macros are no facts, those inside them are', () => {
    const text = 'links.domains.exists(d, d == sender.fromDomain) && language.themes.payment > 0.0';
    expect([...factsOfExpression(text)].sort()).toEqual([
      'language.themes',
      'links.domains',
      'sender.fromDomain',
    ]);
  });
});

describe('lineage', () => {
  test('a source leads through facts and predicates to the rules that read it', () => {
    const [links] = lineagesNamed(graph, 'source:links');
    const fact = links?.usedBy.find(({ name }) => name === 'links.ipHosts');
    const predicate = fact?.branches.find(({ kind }) => kind === 'predicate');
    expect(predicate?.branches.map(({ name }) => name)).toEqual(['parcel_fee']);
  });

  test('a fact leads through its feature to the model', () => {
    const [fact] = lineagesNamed(graph, 'links.shorteners');
    const feature = fact?.usedBy.find(({ kind }) => kind === 'feature');
    expect(feature).toMatchObject({
      name: 'links_shorteners',
      branches: [{ kind: 'model', name: 'tiny@1' }],
    });
  });

  test('a rule depends on the sources of its condition, its predicates and its words', () => {
    expect(sourcesOf(graph, 'rule:parcel_fee')).toEqual(['links', 'message', 'sender']);
  });

  test('the tree names each step with what is known of it', () => {
    const [rule] = lineagesNamed(graph, 'parcel_fee');
    expect(rule && renderLineage(rule)).toContain(
      [
        '  └─ predicate hides_target  (a link hides where it goes)',
        '     ├─ fact links.ipHosts  (number)',
      ].join('\n'),
    );
  });

  test('a name that nothing has gets the names that hold it, else the nearest', () => {
    expect(() => lineagesNamed(graph, 'ipHost')).toThrow('"ipHost", did you mean links.ipHosts?');
    expect(() => lineagesNamed(graph, 'parsel_fee')).toThrow('did you mean parcel_fee?');
  });
});
