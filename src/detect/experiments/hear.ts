import type { AssessInput } from '../assess.ts';
import { CATEGORIES } from '../category.ts';
import type { FailureOutcome, Finding, NotRun } from '../finding.ts';
import type { Model, ModelOpinion } from '../model.ts';
import { shareKeyOf, statusFor } from './share.ts';
import type { Status } from './status.ts';

/** A model beside the one in force. */
export interface Challenger {
  readonly model: Model;
  /** Never `active`: the one that is active is the model in force. */
  readonly status: Status;
}

/** What one model said, or why it said nothing. */
export interface Heard {
  readonly model: string | null;
  readonly opinion: ModelOpinion | null;
  readonly failure: NotRun | null;
}

export interface HeardBeside extends Heard {
  readonly model: string;
  /** What the model is for this message: `active` is the model in force where a canary decides in its place. */
  readonly status: 'active' | 'shadow' | 'canary';
}

export interface Opinions {
  /** The model that decides about this message. */
  readonly deciding: Heard;
  /** Name of the canary where it is one. */
  readonly canary: string | null;
  /** All others that were heard. */
  readonly beside: readonly HeardBeside[];
}

export interface Models {
  readonly model: Model | null;
  readonly modelFailure: FailureOutcome;
  readonly challengers?: readonly Challenger[];
}

/** A model takes about a millisecond; one that needs longer than this is ill, and mail must not wait for a mere experiment. */
export const CHALLENGER_TIMEOUT_MS = 1_000;

/**
 * Hears the model in force and its challengers. A canary decides where the message is in its share and it has an opinion; one
 * that fails leaves the message to the model in force, as if there were no canary. Never throws.
 */
export async function hearModels(input: AssessInput, models: Models): Promise<Opinions> {
  const inForce = await hear(input, models.model, models.modelFailure);
  const key = shareKeyOf(input.message);
  const challengers: (HeardBeside & { readonly decides: boolean })[] = [];
  for (const { model, status } of models.challengers ?? []) {
    const name = statusFor(model.id, status, key);
    if (name === 'off') continue;
    const heard = await hearInTime(input, model);
    const decides = name === 'active' && heard.opinion !== null;
    challengers.push({
      ...heard,
      model: model.id,
      status: status === 'shadow' ? 'shadow' : 'canary',
      decides,
    });
  }
  const canary = challengers.find(({ decides }) => decides);
  if (canary === undefined) return { deciding: inForce, canary: null, beside: challengers.map(beside) };
  const displaced: HeardBeside[] =
    inForce.model === null ? [] : [{ ...inForce, model: inForce.model, status: 'active' }];
  const others = challengers.filter((one) => one !== canary).map(beside);
  return { deciding: beside(canary), canary: canary.model, beside: [...displaced, ...others] };
}

function beside({ model, opinion, failure, status }: HeardBeside): HeardBeside {
  return { model, opinion, failure, status };
}

async function hearInTime(input: AssessInput, model: Model): Promise<Heard> {
  const late = Promise.withResolvers<Heard>();
  const timer = setTimeout(() => {
    const detail = `no opinion within ${CHALLENGER_TIMEOUT_MS} ms`;
    late.resolve(silent(model, { reason: 'timedOut', detail }, 'open'));
  }, CHALLENGER_TIMEOUT_MS);
  try {
    return await Promise.race([hear(input, model, 'open'), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function hear(input: AssessInput, model: Model | null, outcome: FailureOutcome): Promise<Heard> {
  if (model === null) return { model: null, opinion: null, failure: null };
  try {
    const opinion = await model.judge(input);
    if ('what' in opinion) return { model: model.id, opinion: null, failure: { ...opinion, outcome } };
    if (isSound(opinion)) return { model: model.id, opinion, failure: null };
    return silent(model, { reason: 'error', detail: 'gave a number that is not finite' }, outcome);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return silent(model, { reason: 'error', detail }, outcome);
  }
}

function silent(model: Model, why: Pick<NotRun, 'reason' | 'detail'>, outcome: FailureOutcome): Heard {
  return { model: model.id, opinion: null, failure: { what: `model:${model.id}`, ...why, outcome } };
}

function isSound(opinion: ModelOpinion): boolean {
  const sum = opinion.findings.reduce((total: number, { weight }: Finding) => total + weight, opinion.bias);
  return (
    Number.isFinite(sum) &&
    opinion.findings.every((finding) => Number.isFinite(finding.weight)) &&
    CATEGORIES.every((category) => Number.isFinite(opinion.categories[category]))
  );
}
