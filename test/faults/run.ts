// `npm run test:faults`: breaks gates in every way that we know of, and keeps account of every message.
import { parseArgs } from 'node:util';
import { runSuite } from './suite.ts';
import type { CaseResult } from './trial.ts';

/** Of each fault: six connections with a few letters each. */
const MESSAGES = 24;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    messages: { type: 'string', default: String(MESSAGES) },
  },
});
const messages = Number(values.messages);
if (!Number.isSafeInteger(messages) || messages < 6) {
  console.error('--messages is a whole number from 6 on, so that every kind of letter is among them');
  process.exit(2);
}

const started = performance.now();
const { results, leftOut, unreached } = await runSuite({
  messages,
  isQuick: values.quick,
  ...(values.only === undefined ? {} : { only: values.only }),
  onResult: (result) => console.log(lineOf(result)),
});

const sum = (of: (result: CaseResult) => number) => results.reduce((total, result) => total + of(result), 0);
const summary = {
  faults: results.length,
  sent: sum(({ accounts }) => accounts.sent),
  answered250: sum(({ accounts }) => accounts.sent - accounts.refused - accounts.unanswered),
  delivered: sum(({ accounts }) => accounts.delivered),
  held: sum(({ accounts }) => accounts.held),
  lost: sum(({ accounts }) => accounts.lost),
  duplicated: sum(({ accounts }) => accounts.duplicated.length + accounts.excused.length),
};
const failed = results.filter(({ problems }) => problems.length > 0);
for (const line of leftOut) console.log(`left out: ${line}`);
for (const point of unreached ?? []) console.log(`never reached: ${point}`);
const excused = sum(({ accounts }) => accounts.excused.length);
console.log(
  `${summary.faults} faults in ${Math.round((performance.now() - started) / 1000)} s: ${summary.sent} messages, ` +
    `${summary.answered250} answered with 250, ${summary.lost} lost; ${summary.duplicated} came twice, ` +
    `${excused} of them where a reply was lost; ${failed.length} faults were not withstood`,
);
if (results.length === 0) console.error(`no fault has ${values.only} in its name`);
if (values.json) console.log(JSON.stringify(summary));
process.exitCode = failed.length > 0 || (unreached ?? []).length > 0 || results.length === 0 ? 1 : 0;

function lineOf({ name, id, seconds, accounts, problems }: CaseResult): string {
  const { delivered, held, excused: twice } = accounts;
  const found = `${delivered} delivered, ${held} held${twice.length > 0 ? `, ${twice.length} twice` : ''}`;
  const verdict = problems.length === 0 ? 'ok  ' : 'FAIL';
  const lines = [`${verdict} ${id} ${name.padEnd(34)} ${seconds.toFixed(1).padStart(5)} s  ${found}`];
  return [...lines, ...problems.map((problem) => `       ${problem}`)].join('\n');
}
