import { fuse } from '../../detect/assess.ts';

import { shareKeyOf, statusFor } from '../../detect/experiments/share.ts';
import type { NotRun, RuleFinding } from '../../detect/finding.ts';
import type { ModelOpinion } from '../../detect/model.ts';
import { ruleSetDigest } from '../../detect/rules/digest.ts';
import type { RuleMessage } from '../../detect/rules/facts.ts';
import { ACTIONS, type Rule } from '../../detect/rules/rule.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';
import { makeAddress } from '../../message/addresses.ts';
import type { Replayable } from './rows.ts';

/** What another set of rules makes of a logged decision, or why that cannot be told. */
export type Rejudged =
  | Pick<Replayable, 'score' | 'category' | 'findings' | 'notRun' | 'forced' | 'forcedBy'>
  | { readonly reason: string };

/** A rule came to the text of the message. */
export interface TextRead {
  readonly rule: string;
  /** The logged finding, or that there is none, stands for it. */
  readonly fromLog: boolean;
}

/** In the words of a rule that failed, so that it can be told from other failures. */
const NEEDS_MAIL = 'the ledger does not keep the text of mail';

/** A record of before the sums were made in the order of the findings may differ by the rounding of doubles. */
export const ROUNDING = 1e-9;

/** Judges the rules again on logged evidence and puts them beside the logged opinion of the model. */
export class RuleReplay {
  readonly #next: RuleSet;
  readonly #rules: ReadonlyMap<string, Rule>;
  /** Rules that decide now as they did when the decision was logged, if that was by the current set. */
  readonly #unchanged: ReadonlySet<string>;
  readonly #digest: string | null;
  readonly #onTextRead: (read: TextRead) => void;

  /** `current` is what the ledger was written with; null where nobody knows. */
  constructor(next: RuleSet, current: RuleSet | null, onTextRead: (read: TextRead) => void) {
    this.#next = next;
    this.#rules = new Map(next.rules.map((rule) => [`rule:${rule.id}`, rule]));
    this.#unchanged = current === null ? new Set() : unchangedRules(next, current);
    this.#digest = current === null ? null : ruleSetDigest(current);
    this.#onTextRead = onTextRead;
  }

  judge(record: Replayable): Rejudged {
    // Nothing was judged, or no rule: a crash is no matter of which rules there are.
    if (record.notRun.some(({ what }) => what === 'inspection' || what === 'rules')) return record;
    const opinion = opinionOf(record);
    if (opinion === undefined) return { reason: "the ledger has not the model's own part of this decision" };
    const message = withoutText(record);
    const heard = this.#next.judge({ message, evidence: record.evidence });
    const found = new Map<string, RuleFinding>(heard.findings.map((finding) => [finding.detector, finding]));
    const notRun: NotRun[] = [];
    for (const failure of heard.notRun) {
      if (!failure.detail.includes(NEEDS_MAIL)) {
        notRun.push(failure);
        continue;
      }
      const recalled = this.#recall(failure, record, message);
      if ('reason' in recalled) return recalled;
      if (recalled.finding !== null) found.set(failure.what, recalled.finding);
      if (recalled.notRun !== null) notRun.push(recalled.notRun);
    }
    return this.#fused(record, opinion, inOrder(found, this.#rules), notRun);
  }

  #fused(
    record: Replayable,
    opinion: ModelOpinion | null,
    findings: readonly RuleFinding[],
    notRun: readonly NotRun[],
  ): Rejudged {
    const fused = fuse(opinion, findings, record.bias);
    const forced = forcedBy(findings, this.#rules);
    return {
      score: Math.abs(fused.score - record.score) <= ROUNDING ? record.score : fused.score,
      category: fused.category,
      findings: fused.findings,
      notRun: [...record.notRun.filter(({ what }) => !what.startsWith('rule:')), ...notRun],
      forced: forced?.action ?? null,
      ...(forced === null ? {} : { forcedBy: forced.by }),
    };
  }

  /** What the log says of a rule that needs the text. A rule in shadow changes nothing, whatever it would say. */
  #recall(failure: NotRun, record: Replayable, message: RuleMessage): Recalled | { reason: string } {
    const rule = this.#rules.get(failure.what);
    if (rule === undefined) return { finding: null, notRun: null };
    const status = statusFor(failure.what, rule.status, shareKeyOf(message));
    const known = this.#unchanged.has(failure.what) && this.#isOfCurrent(record);
    this.#onTextRead({ rule: failure.what, fromLog: known });
    if (!known) {
      if (status !== 'active') return { finding: null, notRun: null };
      return { reason: `${failure.what} reads the text of the mail` };
    }
    const logged = record.findings.find(({ detector }) => detector === failure.what);
    const unheard = record.notRun.find(({ what }) => what === failure.what) ?? null;
    if (logged === undefined) return { finding: null, notRun: unheard };
    const weight = status === 'active' ? rule.weight : 0;
    const { detector, words } = logged;
    const finding = { detector, category: rule.category, weight, status, words };
    return { finding: rule.besideModel === 'whole' ? { ...finding, whole: true } : finding, notRun: null };
  }

  /** Older records do not say by which rules they were decided. */
  #isOfCurrent({ ruleSet }: Replayable): boolean {
    return ruleSet === undefined || ruleSet === this.#digest;
  }
}

interface Recalled {
  readonly finding: RuleFinding | null;
  readonly notRun: NotRun | null;
}

/** The message as far as the ledger has it: asked for its text, it throws. */
function withoutText({ messageId, from, subject, sizeBytes }: Replayable): RuleMessage {
  return {
    messageId,
    from: from === '' ? [] : [makeAddress('', from)],
    subject,
    sizeBytes,
    get visibleText(): string {
      throw new Error(NEEDS_MAIL);
    },
    get html(): null {
      throw new Error(NEEDS_MAIL);
    },
  };
}

/** Rules (`rule:<id>`) that match the same mail in both sets: the same condition, over predicates that mean the same. */
function unchangedRules(next: RuleSet, current: RuleSet): Set<string> {
  const meaning = (set: RuleSet, rule: Rule) => {
    const used = set.predicates.filter(({ name }) => rule.needs.predicates.has(name));
    return JSON.stringify([rule.when.text, used.map(({ name, when }) => [name, when.text])]);
  };
  const before = new Map(
    current.rules.filter(({ status }) => status !== 'off').map((rule) => [rule.id, meaning(current, rule)]),
  );
  return new Set(
    next.rules.filter((rule) => before.get(rule.id) === meaning(next, rule)).map(({ id }) => `rule:${id}`),
  );
}

function inOrder(
  found: ReadonlyMap<string, RuleFinding>,
  rules: ReadonlyMap<string, Rule>,
): readonly RuleFinding[] {
  return [...rules.keys()].flatMap((detector) => found.get(detector) ?? []);
}

/** The gravest action that an active rule asks for, and the first rule that does. */
function forcedBy(findings: readonly RuleFinding[], rules: ReadonlyMap<string, Rule>) {
  let gravest: { readonly action: (typeof ACTIONS)[number]; readonly by: string } | null = null;
  for (const { detector, status } of findings) {
    const action = rules.get(detector)?.action ?? null;
    if (status !== 'active' || action === null) continue;
    if (gravest === null || ACTIONS.indexOf(action) > ACTIONS.indexOf(gravest.action)) {
      gravest = { action, by: detector };
    }
  }
  return gravest;
}

/** The model's opinion as it was fused; null where no model gave one, undefined where the record has not kept it. */
function opinionOf(record: Replayable): ModelOpinion | null | undefined {
  if (record.model === null) return null;
  if (record.opinion === undefined || record.opinion === null) return undefined;
  const { bias, categories, fusion } = record.opinion;
  const findings = record.findings.filter(({ detector }) => detector.startsWith('model:'));
  return {
    bias,
    findings,
    categories,
    ...(fusion === null ? {} : { fusion }),
  };
}
