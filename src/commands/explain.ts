import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { NO_EXPERIMENT } from '../detect/assessment.ts';
import { CATEGORIES, type Category } from '../detect/category.ts';
import { type Explained, renderExplanation } from '../detect/explain.ts';
import { findDecision } from '../ledger/reader.ts';
import type { DecisionRecord } from '../ledger/record.ts';
import { findMail, readMail } from '../mail/files.ts';
import { isMailId } from '../mail/id.ts';
import { CONFIG_FILE } from './config-file.ts';
import { UsageError } from './failure.ts';
import { openJudge } from './score/judge.ts';
import { rowOf } from './score/row.ts';

interface ExplainOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly liveDns?: boolean;
  readonly memory?: string;
}

/** `postern explain FILE|ID`: one message judged now, or one decision of the ledger, in words. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('say in words why one message gets its verdict')
    .argument('<file|id>', 'an .eml file, or the id of a decision in the ledger')
    .option('-c, --config <file>', 'configuration', CONFIG_FILE)
    .option('--json', 'one JSON object')
    .option('--live-dns', 'ask DNS anew, whatever results are recorded')
    .option('--memory <file>', 'judge with the reputation kept in this file')
    .action((what: string, options: ExplainOptions) =>
      existsSync(what) || !isMailId(what) ? explainFile(what, options) : explainId(what, options),
    );
}

async function explainFile(path: string, options: ExplainOptions): Promise<void> {
  if (!existsSync(path)) throw new UsageError(`${path}: neither a file nor the id of a decision`);
  const judge = await openJudge({
    config: options.config,
    liveDns: options.liveDns === true,
    memory: options.memory ?? null,
  });
  try {
    for await (const source of findMail([path])) {
      const decision = await judge.judge((await readMail(source)).mail);
      console.log(options.json ? JSON.stringify(rowOf(source.label, decision)) : renderExplanation(decision));
    }
  } finally {
    await judge.close();
  }
}

async function explainId(id: string, options: ExplainOptions): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const record = await findDecision(config.ledger.directory, id);
  if (record === null) throw new UsageError(`${id}: no such decision in ${config.ledger.directory}`);
  console.log(options.json ? JSON.stringify(record) : renderExplanation(toldBy(record)));
}

function toldBy(record: DecisionRecord): Explained {
  const { score, category, bias, findings, notRun, model, forced, forcedBy } = record;
  const scores = CATEGORIES.map((name): [Category, number] => [name, record.scores[name] ?? 0]);
  return {
    id: record.id,
    from: record.from,
    subject: record.subject,
    verdict: record.verdict,
    fates: record.fates,
    assessment: {
      score,
      scores: Object.fromEntries(scores) as Record<Category, number>,
      category,
      bias,
      findings,
      notRun,
      model,
      forced,
      ...(forcedBy === undefined ? {} : { forcedBy }),
      variant: record.variant ?? NO_EXPERIMENT.variant,
      shadows: record.shadows ?? [],
      opinion: record.opinion ?? null,
    },
  };
}
