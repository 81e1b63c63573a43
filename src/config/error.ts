import { Mistake } from '../mistake.ts';
import { withoutSecrets } from '../observe/secrets.ts';

/** Mistakes in a configuration: one line each, `file:line: key: what is wrong`. The message is all the lines, without secrets. */
export class ConfigError extends Mistake {
  override readonly name = 'ConfigError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[], options?: ErrorOptions) {
    const shown = lines.map(withoutSecrets);
    super(shown.join('\n'), options);
    this.lines = shown;
  }
}

/** One mistake, before it is known where it was written. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
