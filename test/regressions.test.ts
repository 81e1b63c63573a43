import { describe, expect, test } from 'vitest';
import { feed } from '../fuzz/feed.ts';
import { keptFor } from '../fuzz/regressions.ts';
import { loadTarget, targetModule, targetNames } from '../fuzz/targets.ts';

/** Inputs that once failed; the note beside each says how. */
describe.each(targetNames().filter((name) => keptFor(name).length > 0))('%s', async (name) => {
  const target = await loadTarget(targetModule(name));
  test.each(keptFor(name))('$file fails no more', async ({ input }) => {
    expect(await feed(target, input)).toBeNull();
  });
});
