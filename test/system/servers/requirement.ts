import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';

/** A real server that a test needs; `missing` says what is not there, null when all is. */
export interface Requirement {
  readonly name: string;
  readonly missing: string | null;
}

/** A program of the system, as its Debian package installs it. */
export function program(name: string, path: string, options: { root?: boolean } = {}): Requirement {
  if (!existsSync(path)) return { name, missing: `${path} is not installed` };
  if (options.root && process.getuid?.() !== 0)
    return { name, missing: `${name} can be started by root only` };
  return { name, missing: null };
}

/** Like `describe`, where the server is there. Skips loudly where it is not; with CI=true that is a failure. */
export function describeWith(requirement: Requirement, title: string, body: () => void): void {
  if (requirement.missing === null) {
    describe(title, body);
    return;
  }
  if (process.env.CI === 'true') {
    describe(title, () => {
      it(`has ${requirement.name}`, () => {
        throw new Error(requirement.missing ?? '');
      });
    });
    return;
  }
  console.warn(`SKIPPED: ${title}: ${requirement.missing}`);
  describe.skip(`${title} (skipped: ${requirement.missing})`, body);
}
