import { Mistake } from '../mistake.ts';

/** Mistakes in a configuration: one line each, `file:line: key: what is wrong`. The message is all the lines. */
export class ConfigError extends Mistake {
  override readonly name = 'ConfigError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.lines = lines;
  }
}

/** One mistake, before it is known where it was written. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
