import type { Decision } from './decision.ts';
import { assess, type Detectors, type RuleJudge } from './detect/assess.ts';
import type { Assessment } from './detect/assessment.ts';
import { measure } from './detect/features/schema.ts';
import type { FailureOutcome, NotRun } from './detect/finding.ts';
import type { Model } from './detect/model.ts';
import type { RuleOpinion } from './detect/rules/rule-set.ts';
import type { EvidenceSources } from './evidence/gather.ts';
import { gather } from './evidence/gather.ts';
import type { Mail } from './mail/mail.ts';
import { type Budgets, parse } from './message/parse.ts';
import { decide, type Policy } from './policy/decide.ts';
import { LEFT_OUT, Steps } from './steps.ts';
import { Stopwatch } from './stopwatch.ts';

/** What inspection works with. Replaced as a whole when the configuration is reloaded. */
export interface Instruments {
  readonly budgets: Budgets;
  readonly sources: EvidenceSources;
  readonly detectors: Detectors;
  readonly policy: Policy;
  /** What becomes of a message when a way of reading it, or the rules as a whole, were left out. */
  readonly failures: { readonly message: FailureOutcome; readonly rules: FailureOutcome };
}

/** The way of a message: bytes → message → evidence → features → assessment → decision. No step reads a later one. */
export async function inspect(
  mail: Mail,
  instruments: Instruments,
  steps: Steps = new Steps(mail.envelope.mailFrom),
): Promise<Decision> {
  const watch = new Stopwatch();
  const message = await watch.time('parse', () => parse(mail.content, instruments.budgets, steps));
  const evidence = await watch.time('gather', () => gather(mail, message, instruments.sources, steps));
  const features = await watch.time('measure', () => steps.run('measure', () => measure(evidence)));
  const heard = await watch.time('assess', () =>
    assess({ message, evidence, features }, inSteps(instruments, steps, watch)),
  );
  const assessment = withUnread(heard, instruments.failures.message, steps);
  return steps.run('decide', () =>
    decide(
      { mail, message, evidence, features, assessment, stageSeconds: watch.seconds },
      instruments.policy,
    ),
  );
}

/** The detectors, each as a step of its own. */
function inSteps({ detectors, failures }: Instruments, steps: Steps, watch: Stopwatch): Detectors<RuleJudge> {
  const { model, rules } = detectors;
  const inspection = { steps, watch, outcome: detectors.modelFailure };
  return {
    ...detectors,
    model: model === null ? null : modelInSteps(model, 'model', inspection),
    challengers: (detectors.challengers ?? []).map((one) => ({
      ...one,
      model: modelInSteps(one.model, 'challengers', inspection),
    })),
    rules: {
      async judge(input) {
        try {
          return await steps.take(
            'rules',
            () => rules.judge(input),
            () => withoutRules(LEFT_OUT, failures.rules),
          );
        } catch (error) {
          return withoutRules(error instanceof Error ? error.message : String(error), failures.rules);
        }
      },
    },
  };
}

/** A model as a step, its time by name: those of several models are to be compared. */
function modelInSteps(
  model: Model,
  step: 'model' | 'challengers',
  { steps, watch, outcome }: { steps: Steps; watch: Stopwatch; outcome: FailureOutcome },
): Model {
  const leftOut: NotRun = { what: `model:${model.id}`, reason: 'error', detail: LEFT_OUT, outcome };
  return {
    id: model.id,
    judge: (input) =>
      steps.take(
        step,
        () => watch.time(`model:${model.id}`, () => model.judge(input)),
        () => leftOut,
      ),
    close: () => model.close(),
  };
}

function withoutRules(detail: string, outcome: FailureOutcome): RuleOpinion {
  return { findings: [], notRun: [{ what: 'rules', reason: 'error', detail, outcome }], forced: null };
}

/** Ways of reading that were left out are named: nothing is judged clean because it could not be read. */
function withUnread(assessment: Assessment, outcome: FailureOutcome, steps: Steps): Assessment {
  const unread = [...steps.leftOut]
    .filter((step) => step.startsWith('parse:'))
    .map((step): NotRun => {
      const what = `message:${step.slice('parse:'.length)}`;
      return { what, reason: 'error', detail: LEFT_OUT, outcome };
    });
  return unread.length === 0 ? assessment : { ...assessment, notRun: [...unread, ...assessment.notRun] };
}
