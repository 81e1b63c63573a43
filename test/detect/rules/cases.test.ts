import { expect, test } from 'vitest';
import { withRecordedEvidence } from '../../../src/detect/rules/recorded-evidence.ts';
import { type InspectOne, testRules } from '../../../src/detect/rules/test-rules.ts';
import { gather } from '../../../src/evidence/gather.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { readMailFile } from '../../../src/mail/files.ts';
import { DEFAULT_BUDGETS, parse } from '../../../src/message/parse.ts';
import { CASES, RULES, SOURCES } from './shipped.ts';

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
