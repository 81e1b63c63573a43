import { describe, expect, test } from 'vitest';
import { MAX_RULE_TEXT } from '../../../src/detect/rules/facts.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import type { Message } from '../../../src/message/message.ts';
import { evidence, message } from '../evidence.ts';
import { rule, ruleSet } from './yaml.ts';

function matches(when: string, facts: Evidence = evidence(), mail: Message = message()): boolean {
  const { findings, notRun } = ruleSet(rule({ when })).judge({ evidence: facts, message: mail });
  expect(notRun).toEqual([]);
  return findings.length === 1;
}

describe('facts', () => {
  test('are numbers that compare with whole and broken numbers', () => {
    const facts = evidence({ links: { count: 3 } });
    expect(matches('links.count == 3 && links.count > 2.5 && links.count != 4', facts)).toBe(true);
  });
  test('that are unknown numbers make every comparison false and can be asked for', () => {
    expect(matches('links.shareOfSender < 0.5')).toBe(false);
    expect(matches('links.shareOfSender >= 0.5')).toBe(false);
    expect(matches('!known(links.shareOfSender) && known(links.count)')).toBe(true);
  });
  test('that are unknown words are the word unknown', () => {
    expect(matches('authentication.arc == "unknown"')).toBe(true);
  });
  test('that are flags and may be unknown say yes, no or unknown, and cannot be negated', () => {
    expect(matches('sender.heloMatchesFrom == "yes" && sender.nullSender == "no"')).toBe(true);
    expect(matches('sender.heloNotAName == "unknown"')).toBe(true);
    expect(() => matches('!sender.heloNotAName')).toThrow('when: ');
  });
  test('of a sender without a standing are those of one never seen', () => {
    expect(matches('!reputation.network.known && reputation.network.messages == 0')).toBe(true);
  });
  test('reach rules as lists, themes and text of the message', () => {
    const facts = evidence({ links: { domains: ['a.example', 'b.test'] } });
    expect(matches('links.domains.exists(d, d.endsWith(".test"))', facts)).toBe(true);
    expect(matches('language.themes.giftCard == 0')).toBe(true);
    expect(matches('message.text.contains("minutes") && message.subject.startsWith("The")')).toBe(true);
  });
});

describe('matches_re', () => {
  test('finds anywhere, with flags', () => {
    expect(matches('message.text.matches_re("(?i)MEETING\\\\b")')).toBe(true);
    expect(matches('message.text.matches_re("^meeting")')).toBe(false);
  });
  test('takes an expression that would never end on a backtracking engine', () => {
    const text = message({ visibleText: 'a'.repeat(MAX_RULE_TEXT) });
    expect(matches('message.text.matches_re("(a+)+(a+)+(a+)+b")', evidence(), text)).toBe(false);
  });
  test('reads the bounded beginning of a text', () => {
    const at = (end: number) => message({ visibleText: `${'x'.repeat(end - 3)}END` });
    expect(matches('message.text.matches_re("END")', evidence(), at(MAX_RULE_TEXT))).toBe(true);
    expect(matches('message.text.matches_re("END")', evidence(), at(MAX_RULE_TEXT + 1))).toBe(false);
  });
});

describe('predicates', () => {
  const predicates = `predicates:
  - {name: many, meaning: many links, when: "links.count > 5"}
  - {name: many_and_free, meaning: many and freemail, when: "many && sender.freemail"}
`;
  test('stand for their expression in other files and in each other', () => {
    const set = ruleSet(rule({ when: 'many_and_free' }), predicates);
    const judge = (count: number) =>
      set.judge({ message: message(), evidence: evidence({ links: { count }, sender: { freemail: true } }) });
    expect(judge(6).findings).toHaveLength(1);
    expect(judge(5).findings).toHaveLength(0);
  });
  test('hand on what evidence they need', () => {
    const set = ruleSet(rule({ when: 'many_and_free' }), predicates);
    expect([...(set.rules[0]?.needs.sources ?? [])].sort()).toEqual(['links', 'sender']);
  });
});

describe('a rule that cannot be judged is not run, with the reason', () => {
  const failed = { status: 'failed', reason: 'timedOut', detail: 'DNS was silent', outcome: 'open' } as const;
  test('where evidence that it needs has failed, also when it would not have come to it', () => {
    const set = ruleSet(rule({ when: 'links.count > 99 && authentication.dmarc == "fail"' }));
    expect(set.judge({ message: message(), evidence: { ...evidence(), authentication: failed } })).toEqual({
      findings: [],
      notRun: [
        {
          what: 'rule:some_rule',
          reason: 'timedOut',
          detail: 'needs authentication evidence, which failed: DNS was silent',
          outcome: 'tag',
        },
      ],
      forced: null,
    });
  });
  test('where a predicate or the words need it', () => {
    const facts = { ...evidence({ links: { count: 2 } }), sender: failed };
    const throughWords = ruleSet(rule({ words: 'from {{sender.fromName}}' }));
    expect(throughWords.judge({ message: message(), evidence: facts }).notRun).toHaveLength(1);
    const free = 'predicates: [{name: free, meaning: m, when: sender.freemail}]';
    const throughPredicate = ruleSet(rule({ when: 'links.count > 1 && free' }), free);
    expect(throughPredicate.judge({ message: message(), evidence: facts }).notRun[0]?.reason).toBe(
      'timedOut',
    );
  });
  test('and others that do not need it are judged', () => {
    const set = ruleSet(rule({}), rule({ id: 'other', when: 'sender.freemail' }));
    const opinion = set.judge({
      message: message(),
      evidence: { ...evidence({ links: { count: 2 } }), sender: failed },
    });
    expect(opinion.findings.map((finding) => finding.detector)).toEqual(['rule:some_rule']);
    expect(opinion.notRun.map((part) => part.what)).toEqual(['rule:other']);
  });
  test('where it fails at run time, by itself or in a predicate', () => {
    const beyond = ruleSet(rule({ when: 'attachments.names[3] == "a"' }));
    expect(beyond.judge({ message: message(), evidence: evidence() }).notRun).toEqual([
      {
        what: 'rule:some_rule',
        reason: 'error',
        detail: expect.stringContaining('out of bounds'),
        outcome: 'tag',
      },
    ]);
    const third = 'predicates: [{name: third, meaning: m, when: \'attachments.names[3] == "a"\'}]';
    const opinion = ruleSet(rule({ when: 'third' }), third).judge({
      message: message(),
      evidence: evidence(),
    });
    expect(opinion.notRun[0]?.detail).toMatch(/^predicate third: .*out of bounds/);
  });
});

describe('findings', () => {
  const facts = evidence({ links: { count: 9 }, sender: { fromName: 'Ines "The"\r\nX-Forged: yes\u202e' } });
  const judge = (keys: Parameters<typeof rule>[0]) =>
    ruleSet(rule(keys)).judge({ message: message(), evidence: facts });

  test('carry weight, category and words with the text of the sender quoted on one line', () => {
    expect(
      judge({
        words: 'from {{sender.fromName}} with {{links.count}} links, reply {{sender.replyToDiffers}}',
      }),
    ).toEqual({
      findings: [
        {
          detector: 'rule:some_rule',
          category: 'spam',
          weight: 2,
          status: 'active',
          words: `from "Ines 'The'\ufffd\ufffdX-Forged: yes\ufffd" with 9 links, reply no`,
        },
      ],
      notRun: [],
      forced: null,
    });
  });
  test('in shadow weigh nothing and force nothing', () => {
    const opinion = judge({ status: 'shadow', action: 'reject' });
    expect(opinion.findings).toEqual([expect.objectContaining({ weight: 0, status: 'shadow' })]);
    expect(opinion.forced).toBeNull();
  });
  test('of a rule that is off do not exist', () => {
    expect(judge({ status: 'off' }).findings).toEqual([]);
  });
  test('with an action force the gravest of the actions', () => {
    const set = ruleSet(
      rule({ id: 'a', action: 'tag' }),
      rule({ id: 'b', action: 'reject' }),
      rule({ id: 'c', action: 'quarantine' }),
    );
    expect(set.judge({ message: message(), evidence: facts }).forced).toEqual({
      action: 'reject',
      by: 'rule:b',
    });
  });
});
