import { quote } from '../../detect/rules/quote.ts';
import { generatedBy, markdownTable, percent, percentCell, signed } from '../markdown.ts';
import type { Counterfactual, Explanation } from './explain.ts';
import type { GapGroup, GapsReport } from './gaps.ts';
import type { RuleProposal } from './propose.ts';
import type { SuspectLabel } from './suspects.ts';

/** The page of what was judged wrong; `plots` is the folder of the pictures, relative to the page. */
export function gapsPage(report: GapsReport, plots: string): string {
  return `${[
    generatedBy('postern gaps'),
    '# What was missed and what was wrongly held',
    intro(report),
    ...(report.groups.length === 0 ? ['No group was found.'] : overview(report, plots)),
    ...report.groups.flatMap(section),
    '## Labels that look wrong',
    labels(report.suspects),
  ].join('\n\n')}\n`;
}

function intro(report: GapsReport): string {
  const { misses, falsePositives, gapsFound, background, backgroundFound, corpora, ungrouped } = report;
  const taken = misses + falsePositives;
  return [
    `${misses} missed and ${falsePositives} wrongly held messages${taken < gapsFound ? ` (a sample of ${gapsFound})` : ''},`,
    `against ${background} others${background < backgroundFound ? ` (a sample of ${backgroundFound})` : ''};`,
    `${ungrouped} belong to no group.`,
    `Of ${report.withoutMail} there is no raw mail, only what the ledger keeps.`,
    corpora === 0
      ? 'No labelled collection was given.'
      : `Proposals were tried on ${corpora} labelled messages, too.`,
    'Messages that passed and of which nobody said anything count as wanted: a rule that hits them may be right.',
    ...(report.groupsLeftOut === 0 ? [] : [`${report.groupsLeftOut} smaller groups are left out.`]),
  ].join(' ');
}

function overview({ groups }: GapsReport, plots: string): string[] {
  const rows = groups.map((one) => [
    `${one.number}`,
    one.kind === 'miss' ? 'missed' : 'wrongly held',
    one.category,
    `${one.size}`,
    one.trend.direction,
    code(one.name),
    one.proposals[0] === undefined ? '–' : code(one.proposals[0].when),
  ]);
  return [
    markdownTable(['group', 'kind', 'is', 'messages', 'trend', 'told by', 'best rule'], rows),
    `![Messages of each group](${plots}/gaps-sizes.svg)`,
    `![Messages a day](${plots}/gaps-trend.svg)`,
    `![Likeness of what was judged wrong](${plots}/gaps-map.svg)`,
  ];
}

function section(one: GapGroup): string[] {
  return [
    `## Group ${one.number}: ${code(one.name)}`,
    `${one.size} messages, ${one.kind === 'miss' ? `let through; by those who reported them ${one.category}` : 'wanted, but held'}; ` +
      `trend: ${one.trend.direction} (${signed(one.trend.slope, 2)} messages a day, a day). Mean likeness ${one.cohesion.toFixed(2)}.`,
    one.members
      .slice(0, SHOWN)
      .map(({ id, subject, score }) => `- ${code(id)} ${score.toFixed(3)} ${code(quote(subject))}`)
      .join('\n'),
    '### What distinguishes it',
    markdownTable(
      ['word or condition', 'in the group', 'elsewhere'],
      [
        ...one.words.map(({ word, share, elsewhere }) => [code(word), percent(share), percent(elsewhere)]),
        ...one.tells.map(({ condition, share, elsewhere }) => [
          code(condition),
          percent(share),
          percent(elsewhere),
        ]),
      ],
    ),
    '### Why',
    ...why(one),
    '### Proposed rules',
    ...(one.proposals.length === 0 ? [NO_RULE] : one.proposals.flatMap(proposal)),
  ];
}

const SHOWN = 5;
/** Below it two messages have little more in common than being mail. */
const NEAR = 0.3;
const NO_RULE =
  'None: no one to three conditions hold for half of the group without holding for more of what must not be hit. Evidence for it is missing.';

function why({ explanation, kind }: GapGroup): string[] {
  const { likeness, neighbours, lacking, failed } = explanation;
  return [
    likeness === null
      ? 'There is no message of its kind that was judged right.'
      : `Nearest of its kind that were judged right: ${neighbours.slice(0, SHOWN).map(code).join(', ')} (mean likeness ${likeness.toFixed(2)}${likeness < NEAR ? ': none is near, so they explain little' : ''}).`,
    ...(kind === 'miss' ? [] : held(explanation)),
    ...(lacking.length === 0
      ? []
      : [
          markdownTable(
            ['finding that the neighbours have', 'of them', 'of the group', 'weight'],
            lacking.map((one) => [
              code(one.detector),
              percent(one.neighbours),
              percent(one.group),
              signed(one.weight, 2),
            ]),
          ),
        ]),
    ...counterfactual(explanation.counterfactuals),
    ...(failed.length === 0
      ? []
      : [
          markdownTable(
            ['did not give its opinion', 'in the group', 'elsewhere'],
            failed.map(({ what, group, elsewhere }) => [code(what), percent(group), percent(elsewhere)]),
          ),
        ]),
  ];
}

function held({ heldBy }: Explanation): string[] {
  const rows = heldBy.map(({ detector, share, weight }) => [
    code(detector),
    percent(share),
    signed(weight, 2),
  ]);
  return [markdownTable(['what held it', 'of the group', 'mean weight'], rows)];
}

function counterfactual(found: readonly Counterfactual[]): string[] {
  if (found.length === 0) return [];
  const value = (one: number | null) => (one === null ? 'missing' : String(Math.round(one * 1000) / 1000));
  const rows = found.map((one) => [
    one.isGroup ? `all of ${one.what}` : code(one.what),
    one.isGroup ? '' : value(one.value),
    one.isGroup ? '' : value(one.neighbours),
    one.score.toFixed(3),
    one.wouldBe.toFixed(3),
  ]);
  return [
    COUNTERFACTUAL,
    markdownTable(
      ['feature or group', 'of the group', 'of the neighbours', 'score', 'with their value'],
      rows,
    ),
  ];
}

const COUNTERFACTUAL =
  'What the score would be if the model had read the values of the neighbours; without raw mail it is near, not exact.';

function proposal({ learnt, heldOut, corpora, same, yaml }: RuleProposal): string[] {
  const rows = [
    [
      'later half, other mail',
      `${heldOut.hits} of ${heldOut.of}`,
      `${heldOut.wrong} of ${heldOut.others}`,
      percentCell(heldOut.precision),
      percentCell(heldOut.recall),
    ],
    ...(corpora === null
      ? []
      : [
          [
            'labelled collections',
            `${corpora.unwantedHits} of ${corpora.unwanted} unwanted`,
            `${corpora.hamHits} of ${corpora.ham} legitimate`,
            percentCell(corpora.precision),
            percentCell(corpora.recall),
          ],
        ]),
  ];
  const { wrongUnsaid: unsaid, alike } = heldOut;
  return [
    markdownTable(['on', 'hits', 'wrong', 'precision [95 %]', 'recall [95 %]'], rows),
    `Chosen on ${learnt.hits} of ${learnt.of} of the group with ${learnt.wrong} wrong; it also hits ${heldOut.known} messages that are judged right already.` +
      (alike.of === 0
        ? ''
        : ` It hits ${alike.hits} of ${alike.of} that look like the group, passed, and nobody spoke of: if all of these were wanted, precision would be ${percentCell(heldOut.precisionAtWorst)}.`) +
      (unsaid.length === 0
        ? ''
        : ` Nobody said anything of these that it hits: ${unsaid.map(code).join(', ')}.`),
    ...(same.length === 0 ? [] : [`The same messages are hit by ${same.map(code).join(', ')}.`]),
    `\`\`\`yaml\n${yaml}\n\`\`\``,
  ];
}

function labels(found: readonly SuspectLabel[]): string {
  if (found.length === 0) return 'None.';
  const rows = found.map((one) => [
    code(one.id),
    code(quote(one.subject)),
    one.said,
    one.score.toFixed(3),
    `${one.against} of ${one.near}`,
    `${one.againstSaid}`,
  ]);
  const head = [
    'message',
    'subject',
    'said to be',
    'score',
    'near ones of the other side',
    'of which a person said so',
  ];
  return markdownTable(head, rows);
}

/** Text of a sender must not become markup. */
function code(text: string): string {
  return `\`${text.replace(/[`\r\n]/g, "'")}\``;
}
