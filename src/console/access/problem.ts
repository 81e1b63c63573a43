import { Refusal, type RefusalReason } from '../refusal.ts';
import { english } from '../words/en.ts';

export type AccessProblem = keyof typeof english.access.problems;

/** A refusal that pages say in their language. */
export class AccessRefusal extends Refusal {
  readonly problem: AccessProblem;

  constructor(reason: RefusalReason, problem: AccessProblem) {
    super(reason, english.access.problems[problem]);
    this.problem = problem;
  }
}

export function isAccessProblem(text: string): text is AccessProblem {
  return Object.hasOwn(english.access.problems, text);
}
