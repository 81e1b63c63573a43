import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { loadRules } from '../../../src/detect/rules/load.ts';
import { testRules } from '../../../src/detect/rules/test-rules.ts';
import { authenticationSource } from '../../../src/evidence/authentication.ts';
import { createSources, gather } from '../../../src/evidence/gather.ts';
import { loadLists } from '../../../src/evidence/lists.ts';
import { readMailFile } from '../../../src/mail-files.ts';
import { DEFAULT_BUDGETS, parse } from '../../../src/message/parse.ts';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const CASES = at('test/cases/rules');

test('each shipped rule matches what it must and leaves alone what it must', async () => {
  const rules = loadRules([at('config/rules')], { onFailure: 'open' });
  const config = configSchema.parse({});
  const sources = createSources({
    identity: config.identity,
    failures: config.failures,
    lists: loadLists(at('config/lists'), `${CASES}/people.csv`),
    authentication: authenticationSource({
      resolver: null,
      dns: config.authentication.dns,
      mta: 'gate.example',
      trustedAuthservIds: [],
    }),
    reputation: null,
  });
  const results = await testRules(rules, CASES, async (path) => {
    const { mail } = await readMailFile(path);
    const message = await parse(mail.content, DEFAULT_BUDGETS);
    return rules.judge({ message, evidence: await gather(mail, message, sources) });
  });
  expect(results.filter((result) => !result.passed)).toEqual([]);
  expect(results.length).toBeGreaterThanOrEqual(2 * rules.rules.length);
});
