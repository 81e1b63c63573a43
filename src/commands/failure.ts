import { Mistake } from '../mistake.ts';

/** Exit codes of every command. */
export const EXIT = { ok: 0, negative: 1, wrongUse: 2, broken: 3 } as const;

/** The caller asked for something that cannot be done as asked: exit 2. The message says what to write instead. */
export class UsageError extends Mistake {
  override readonly name = 'UsageError';
}
