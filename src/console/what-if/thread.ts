import { parentPort } from 'node:worker_threads';
import { compileRules, RulesMistake } from '../../detect/rules/compile.ts';
import { readRules } from '../../detect/rules/load.ts';
import { openLedgerData } from '../../lab/data/open.ts';
import { replay } from '../../lab/replay/replay.ts';
import { narrow } from '../efficacy/scoped-data.ts';
import { type OpenedLedger, OpenedLedgers } from './opened-ledgers.ts';
import type { ReplayAnswer, ReplayWork } from './replay-thread.ts';
import { TRIAL_PATH } from './trial-rule.ts';
import { runTests, withTrialRule } from './try-rule.ts';

// The thread of replays: asked one question after the other. Mistakes are answers; what else goes wrong is one, too, with its words.
const ledgers = new OpenedLedgers(open);

parentPort?.on('message', async (work: ReplayWork) => {
  parentPort?.postMessage(await answer(work));
});

async function open({ ledger, data: parquet, since, until, scope }: ReplayWork): Promise<OpenedLedger> {
  const data = await openLedgerData({ ledger, parquet, since, until });
  await narrow(data, scope);
  return { data, since, until };
}

async function answer(work: ReplayWork): Promise<ReplayAnswer> {
  const { scope: _, generation: __, rule, ...options } = work;
  try {
    const ledger = await ledgers.of(work);
    if (rule === null) return { summary: await replay({ ...options, ...ledger.options }), tests: [] };
    compileRules([...readRules(options.with.detect.rules), { path: TRIAL_PATH, text: rule.text }]);
    return await withTrialRule(rule, options.with, async (config) => ({
      summary: await replay({ ...options, ...ledger.options, with: config }),
      tests: await runTests(rule, config),
    }));
  } catch (error) {
    if (error instanceof RulesMistake) return { problems: error.problems };
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
