import { createReadStream } from 'node:fs';
import { Command, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { quote } from '../detect/rules/quote.ts';
import { CASE_STATES, type Case, type CaseState, moved } from '../lab/cases/case.ts';
import { checked, judgedOf, mailOfCase } from '../lab/cases/check.ts';
import { CaseStore } from '../lab/cases/store.ts';
import { findDecision } from '../ledger/reader.ts';
import { CONFIG_FILE } from './config-file.ts';
import { EXIT } from './failure.ts';
import { openJudge } from './score/judge.ts';
import { table } from './table.ts';

interface Common {
  readonly config: string;
  readonly json?: boolean;
}

/** `postern cases list | show | check | close`: what became of each report. */
export function casesCommand(): Command {
  const cases = new Command('cases').description('what became of the mistakes that people reported');
  const withCommon = (command: Command): Command =>
    command
      .option('-c, --config <file>', 'configuration', CONFIG_FILE)
      .option('--json', 'JSON, one object a line');
  withCommon(cases.command('list').description('cases, the oldest first; closed ones only with --all'))
    .option('--all', 'closed ones, too')
    .addOption(new Option('--state <state>', 'only these').choices(CASE_STATES))
    .action((options: Common & { all?: boolean; state?: CaseState }) => list(options));
  withCommon(cases.command('show').argument('<id>').description('one case with its history'))
    .option('--raw', 'the reported mail, as it came')
    .action((id: string, options: Common & { raw?: boolean }) => show(id, options));
  withCommon(
    cases
      .command('check')
      .argument('[id...]', 'cases; none: all that are not closed')
      .description("judge the mail of cases again with today's detectors; exit 1 while a mistake is there"),
  )
    .option('--memory <file>', 'judge with the reputation kept in this file')
    .action((ids: string[], options: Common & { memory?: string }) => check(ids, options));
  withCommon(cases.command('close').argument('<id...>').description('close cases'))
    .requiredOption('--fixed-by <text>', 'the change that fixed it, or why nothing will')
    .action((ids: string[], options: Common & { fixedBy: string }) => close(ids, options));
  return cases;
}

async function list(options: Common & { all?: boolean; state?: CaseState }): Promise<void> {
  const { store } = await openCases(options);
  const found = (await store.list(tellBad)).filter((one) =>
    options.state === undefined ? options.all || one.state !== 'closed' : one.state === options.state,
  );
  if (options.json) for (const one of found) console.log(JSON.stringify(one));
  else if (found.length === 0) console.log('no cases');
  else console.log(table(['case', 'state', 'is', 'was', 'by', 'fixed by', 'subject'], found.map(cells)));
}

function cells(one: Case): string[] {
  return [
    one.caseId,
    one.state,
    one.is,
    one.was === null ? '' : `${one.was.verdict} as ${one.was.category}`,
    quote(one.actor),
    one.fixedBy === null ? '' : quote(one.fixedBy),
    quote(one.message?.subject ?? ''),
  ];
}

async function show(id: string, options: Common & { raw?: boolean }): Promise<void> {
  const { store } = await openCases(options);
  const one = await store.get(id);
  if (one === null) return unknown(id);
  const path = options.raw ? store.mailOf(id) : null;
  if (options.raw) {
    if (path === null) return negative(`${id}: no mail is kept of it`);
    for await (const chunk of createReadStream(path)) process.stdout.write(chunk);
  } else if (options.json) console.log(JSON.stringify(one));
  else console.log(lines(one, store.mailOf(id) !== null).join('\n'));
}

function lines(one: Case, hasMail: boolean): string[] {
  const { check, fixedBy, message, rightSince } = one;
  return [
    `Case      ${one.caseId}, ${one.state}`,
    `Report    is ${one.is}, by ${quote(one.actor)} (${one.surface}), ${one.receivedAt}`,
    ...(message === null
      ? []
      : [`Message   ${quote(message.subject)} from ${quote(message.from)}${hasMail ? '' : ', not kept'}`]),
    `Decision  ${one.decisionId ?? 'not in the ledger'}${one.was === null ? '' : `, was ${one.was.verdict} as ${one.was.category}`}`,
    ...(check === null ? [] : [`Today     ${check.verdict} as ${check.category}, ${check.score.toFixed(3)}`]),
    ...(rightSince === null ? [] : [`Right     since ${rightSince}`]),
    ...(fixedBy === null ? [] : [`Fixed by  ${quote(fixedBy)}`]),
    ...one.history.map(({ at, note, state }) => `          ${at} ${state}: ${quote(note)}`),
  ];
}

async function check(ids: readonly string[], options: Common & { memory?: string }): Promise<void> {
  const { config, store } = await openCases(options);
  const judge = await openJudge({
    config: options.config,
    liveDns: false,
    memory: options.memory ?? null,
  });
  try {
    for (const one of await sought(store, ids)) {
      const path = store.mailOf(one.caseId);
      if (path === null) {
        negative(`${one.caseId}: no mail is kept of it, so it cannot be judged again`);
        continue;
      }
      const decision =
        one.decisionId === null ? null : await findDecision(config.ledger.directory, one.decisionId);
      const judged = judgedOf(await judge.judge(await mailOfCase(path, decision)), new Date());
      const after = checked(one, judged);
      await store.save(after);
      if (after.state === 'reproduced') process.exitCode = EXIT.negative;
      print(after, options);
    }
  } finally {
    await judge.close();
  }
}

async function sought(store: CaseStore, ids: readonly string[]): Promise<Case[]> {
  if (ids.length === 0) return (await store.list(tellBad)).filter(({ state }) => state !== 'closed');
  const found: Case[] = [];
  for (const id of ids) {
    const one = await store.get(id);
    if (one === null) unknown(id);
    else found.push(one);
  }
  return found;
}

async function close(ids: readonly string[], options: Common & { fixedBy: string }): Promise<void> {
  const { store } = await openCases(options);
  for (const one of await sought(store, ids)) {
    const after = moved(one, 'closed', new Date(), options.fixedBy, { fixedBy: options.fixedBy });
    await store.save(after);
    print(after, options);
  }
}

function print(one: Case, options: Common): void {
  if (options.json) console.log(JSON.stringify(one));
  else
    console.log(
      `${one.caseId} ${one.state}${one.fixedBy === null ? '' : `, fixed by ${quote(one.fixedBy)}`}`,
    );
}

async function openCases(options: Common): Promise<{ readonly config: Config; readonly store: CaseStore }> {
  const { config } = loadConfig(options.config, process.env);
  const store = await CaseStore.open(config.feedback.cases);
  await store.prune(new Date(), config.feedback.retentionDays);
  return { config, store };
}

function tellBad(error: Error): void {
  console.error(`postern: ${error.message}`);
}

function unknown(id: string): void {
  negative(`${quote(id)}: no such case`);
}

function negative(text: string): void {
  console.error(`postern: ${text}`);
  process.exitCode = EXIT.negative;
}
