import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { configSchema } from '../../../src/config/schema.ts';
import { loadRules } from '../../../src/detect/rules/load.ts';
import { withRecordedEvidence } from '../../../src/detect/rules/recorded-evidence.ts';
import { type InspectOne, testRules } from '../../../src/detect/rules/test-rules.ts';
import { authenticationSource } from '../../../src/evidence/authentication.ts';
import { createSources, gather } from '../../../src/evidence/gather.ts';
import { loadLists } from '../../../src/evidence/lists.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { readMailFile } from '../../../src/mail/files.ts';
import { DEFAULT_BUDGETS, parse } from '../../../src/message/parse.ts';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const CASES = at('test/cases/rules');
const RULES = loadRules([at('config/rules')], { onFailure: 'open' });
const CONFIG = configSchema.parse({ identity: parseYaml(readFileSync(`${CASES}/identity.yaml`, 'utf8')) });
const SOURCES = createSources({
  identity: CONFIG.identity,
  failures: CONFIG.failures,
  lists: loadLists(at('config/lists'), `${CASES}/people.csv`),
  authentication: authenticationSource({
    resolver: null,
    dns: CONFIG.authentication.dns,
    mta: 'gate.example',
    trustedAuthservIds: [],
  }),
  reputation: null,
  resolver: null,
  dnsLists: CONFIG.dnsLists,
  clamd: CONFIG.clamd,
});

/** Judges a message with header fields of the sender's choice before its own. */
const judge =
  (fields: string): InspectOne =>
  async (path) => {
    const { mail } = await readMailFile(path);
    const bytes = await mail.content.head(mail.content.size);
    const content = bufferContent(Buffer.concat([Buffer.from(fields), bytes]));
    const message = await parse(content, DEFAULT_BUDGETS);
    const sources = await withRecordedEvidence(SOURCES, path);
    return RULES.judge({ message, evidence: await gather({ ...mail, content }, message, sources) });
  };

test('each shipped rule matches what it must and leaves alone what it must', async () => {
  const results = await testRules(RULES, CASES, judge(''));
  expect(results.filter((result) => !result.passed)).toEqual([]);
  expect(results.length).toBeGreaterThanOrEqual(2 * RULES.rules.length);
});

test('no shipped rule falls silent because the sender calls his mail a list, bulk, automatic or an answer', async () => {
  const fields = [
    'List-Id: <news.alder.example>',
    'List-Unsubscribe: <https://alder.example/stop>',
    'Precedence: bulk',
    'Auto-Submitted: auto-generated',
    'In-Reply-To: <1@company.example>',
    'References: <1@company.example>',
    '',
  ].join('\r\n');
  const results = await testRules(RULES, CASES, judge(fields));
  const silenced = results.filter(({ test: name, passed }) => name.startsWith('match-') && !passed);
  expect(silenced.map(({ rule }) => rule)).toEqual([]);
});
