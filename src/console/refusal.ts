import type { ErrorKind } from './look/error-page.ts';

/** Why something is not done: by the role or the domains, not there (or not in scope), in another state by now, badly asked, too often. */
export type RefusalReason = 'forbidden' | 'missing' | 'conflict' | 'bad' | 'tooOften';

export const REFUSAL_STATUS = {
  forbidden: 403,
  missing: 404,
  conflict: 409,
  bad: 400,
  tooOften: 429,
} as const satisfies Record<RefusalReason, number>;

/** The page for each. */
export const REFUSAL_PAGE: Readonly<Record<RefusalReason, ErrorKind>> = {
  forbidden: 'forbidden',
  missing: 'missing',
  conflict: 'bad',
  bad: 'bad',
  tooOften: 'bad',
};

/** Thrown by operations; pages, the HTTP API and the command line say it each in their way. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalReason;

  /** `message` is shown to whoever asked; it must not tell of what is not theirs. */
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
