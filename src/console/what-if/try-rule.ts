import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { RuleTestResult } from '../../detect/rules/test-rules.ts';
import { inspect } from '../../inspect.ts';
import { readMailFile } from '../../mail/files.ts';
import { openInstruments } from '../../service/instruments.ts';
import type { TrialRule } from './trial-rule.ts';

/** Does `work` with a configuration in which this rule decides beside the others. */
export async function withTrialRule<T>(
  rule: TrialRule,
  config: Config,
  work: (config: Config) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-trial-'));
  try {
    const file = join(folder, 'trial.yaml');
    await writeFile(file, rule.text);
    const { detect } = config;
    return await work({
      ...config,
      detect: {
        ...detect,
        rules: [...detect.rules, file],
        statuses: { ...detect.statuses, [rule.values.id]: 'active' },
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The test messages that stand in the rule, judged as the gate would without asking anybody. */
export async function runTests({ values, tests }: TrialRule, config: Config): Promise<RuleTestResult[]> {
  if (tests.size === 0) return [];
  const alone = { ...config, detect: { ...config.detect, model: null, challengers: [] } };
  const instruments = await openInstruments(alone, { reputation: null, resolver: null });
  const folder = await mkdtemp(join(tmpdir(), 'postern-trial-'));
  try {
    const results: RuleTestResult[] = [];
    for (const [test, message] of tests) {
      const path = join(folder, 'message.eml');
      await writeFile(path, message);
      const { assessment } = await inspect((await readMailFile(path)).mail, instruments);
      const detector = `rule:${values.id}`;
      const missing = assessment.notRun.find(({ what }) => what === detector);
      const finding = assessment.findings.find((one) => one.detector === detector);
      const passed = missing === undefined && test.startsWith('match-') === (finding !== undefined);
      results.push({ rule: values.id, test, passed, detail: missing?.detail ?? finding?.words ?? '' });
    }
    return results;
  } finally {
    await instruments.close();
    await rm(folder, { recursive: true, force: true });
  }
}
