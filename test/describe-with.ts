import { describe, it } from 'vitest';
import type { Requirement } from './requirement.ts';

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
