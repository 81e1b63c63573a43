import type { Evidence, SourceName } from '../../evidence/evidence.ts';
import { type ShareKey, shareKeyOf, statusFor } from '../experiments/share.ts';
import { isCanary, type Status } from '../experiments/status.ts';
import type { DetectorStatus, FailureOutcome, NotRun, RuleFinding } from '../finding.ts';
import type { CompiledRules } from './compile.ts';
import { isSource, messageView, type RuleMessage, viewOf } from './facts.ts';
import { ACTIONS, type Action, type Needs, type Predicate, type Rule } from './rule.ts';

/** What rules judge. */
export interface RuleInput {
  readonly message: RuleMessage;
  readonly evidence: Evidence;
}

export interface RuleOpinion {
  /** Active and shadow; those in shadow have weight 0. */
  readonly findings: readonly RuleFinding[];
  readonly notRun: readonly NotRun[];
  /** The gravest action that an active rule asks for, and the first rule that does; null where none does. */
  readonly forced: { readonly action: Action; readonly by: string } | null;
  /** Rules in canary that decide about this message, whether they matched or not: `rule:<id>`. Absent where there are none. */
  readonly canaries?: readonly string[];
}

/** A loaded set of rules: immutable, without side effects, shared by all messages. */
export class RuleSet {
  readonly rules: readonly Rule[];
  readonly predicates: readonly Predicate[];
  readonly #onFailure: FailureOutcome;
  readonly #running: readonly Rule[];

  /** `onFailure` is what becomes of a message when a rule could not be judged. */
  constructor(compiled: CompiledRules, onFailure: FailureOutcome) {
    this.rules = compiled.rules;
    this.predicates = compiled.predicates;
    this.#onFailure = onFailure;
    this.#running = compiled.rules.filter((rule) => rule.status !== 'off');
  }

  /** The same rules with other statuses, by id; what is not named keeps its own. */
  withStatuses(statuses: ReadonlyMap<string, Status>): RuleSet {
    const rules = this.rules.map((rule) => ({ ...rule, status: statuses.get(rule.id) ?? rule.status }));
    return new RuleSet({ rules, predicates: this.predicates }, this.#onFailure);
  }

  /**
   * Opinions of all rules that run. Never throws. A rule that needs evidence which failed, or that fails itself, is a
   * NotRun with the reason; it is not a rule that did not match.
   */
  judge(input: RuleInput): RuleOpinion {
    const known = new Known(input, this.predicates);
    const findings: RuleFinding[] = [];
    const notRun: NotRun[] = [];
    const { statusOf, canaries } = statusesFor(this.#running, input.message);
    let forced: RuleOpinion['forced'] = null;
    for (const rule of this.#running) {
      const missing = known.missing(rule.needs);
      if (missing !== null) {
        notRun.push({ what: `rule:${rule.id}`, ...missing, outcome: this.#onFailure });
        continue;
      }
      try {
        if (rule.when.evaluate(known.variables) !== true) continue;
        findings.push(findingOf(rule, statusOf(rule), rule.words.fill(known.variables)));
      } catch (error) {
        notRun.push({ what: `rule:${rule.id}`, ...failed(error), outcome: this.#onFailure });
        continue;
      }
      if (statusOf(rule) === 'active') forced = graver(forced, rule);
    }
    return { findings, notRun, forced, ...(canaries.length === 0 ? {} : { canaries }) };
  }
}

type Missing = Pick<NotRun, 'reason' | 'detail'>;

/** The variables of one message; what could not be had is in `failures`, by name of source or predicate. */
class Known {
  readonly variables: Record<string, unknown>;
  readonly #failures = new Map<string, Missing>();

  constructor({ message, evidence }: RuleInput, predicates: readonly Predicate[]) {
    this.variables = { message: messageView(message) };
    for (const source of Object.keys(evidence) as SourceName[]) {
      const outcome = evidence[source];
      if (!isSource(source)) continue;
      if (outcome.status === 'ok') this.variables[source] = viewOf(source, outcome.facts);
      else {
        const detail = `needs ${source} evidence, which failed: ${outcome.detail}`;
        this.#failures.set(source, { reason: outcome.reason, detail });
      }
    }
    for (const predicate of predicates) this.#judge(predicate);
  }

  /** Why something is missing that is needed, or null. */
  missing(needs: Needs): Missing | null {
    if (this.#failures.size === 0) return null;
    for (const name of [...needs.sources, ...needs.predicates]) {
      const failure = this.#failures.get(name);
      if (failure !== undefined) return failure;
    }
    return null;
  }

  #judge(predicate: Predicate): void {
    const missing = this.missing(predicate.needs);
    if (missing !== null) {
      this.#failures.set(predicate.name, missing);
      return;
    }
    try {
      this.variables[predicate.name] = predicate.when.evaluate(this.variables);
    } catch (error) {
      const { reason, detail } = failed(error);
      this.#failures.set(predicate.name, { reason, detail: `predicate ${predicate.name}: ${detail}` });
    }
  }
}

function failed(error: unknown): Missing {
  const summary = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  return { reason: 'error', detail: summary };
}

/** What each rule is for this message: canaries decide for their share, and see the rest in shadow. */
function statusesFor(rules: readonly Rule[], message: RuleMessage) {
  const inCanary = rules.filter((rule) => isCanary(rule.status));
  const key: ShareKey = shareKeyOf(message);
  const chosen = new Map(
    inCanary.map((rule) => [rule.id, statusFor(`rule:${rule.id}`, rule.status, key)] as const),
  );
  return {
    statusOf: (rule: Rule): DetectorStatus => chosen.get(rule.id) ?? statusFor(rule.id, rule.status, key),
    canaries: inCanary.filter(({ id }) => chosen.get(id) === 'active').map(({ id }) => `rule:${id}`),
  };
}

function findingOf(rule: Rule, status: DetectorStatus, words: string): RuleFinding {
  const { category } = rule;
  const weight = status === 'active' ? rule.weight : 0;
  const finding = { detector: `rule:${rule.id}`, category, weight, status, words };
  return rule.besideModel === 'whole' ? { ...finding, whole: true } : finding;
}

function graver(forced: RuleOpinion['forced'], rule: Rule): RuleOpinion['forced'] {
  if (rule.action === null) return forced;
  if (forced !== null && ACTIONS.indexOf(forced.action) >= ACTIONS.indexOf(rule.action)) return forced;
  return { action: rule.action, by: `rule:${rule.id}` };
}
