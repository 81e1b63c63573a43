// npm run test:postfix [-- --json] [-- --count N]: mail through a real Postfix, both ways, with the accounts of where it ended.
import { parseArgs } from 'node:util';
import { letters } from './corpora.ts';
import { INBOX, type Result, runFlow, startFlow, WAYS, type Way } from './postfix-flow.ts';
import { postfixRequirement } from './servers/postfix.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, count: { type: 'string', default: '500' } },
});
/** Every fiftieth letter goes to somebody whom Postfix does not know: it has to be refused. */
const UNKNOWN_EVERY = 50;

if (postfixRequirement.missing !== null) {
  console.error(`test:postfix: ${postfixRequirement.missing}`);
  process.exit(3);
}
const results: [Way, Result][] = [];
for (const way of WAYS) results.push([way, await run(way, Number(values.count))]);
const isGood = results.map(([way, result]) => report(way, result)).every(Boolean);
if (values.json) console.log(JSON.stringify(summed(results.map(([, { accounts }]) => accounts))));
process.exitCode = isGood ? 0 : 1;

async function run(way: Way, count: number): Promise<Result> {
  const found = await letters(count, INBOX);
  console.error(`${way}: ${count} messages of the ${found.from}`);
  const known = found.letters.filter((_, index) => index % UNKNOWN_EVERY !== 0).map(({ id }) => id);
  const flow = await startFlow(way, known);
  try {
    return await runFlow(flow, found.letters, {
      onOutcome: (_, done) => {
        if (done % 100 === 0 || done === count) console.error(`${way}: ${done} of ${count}`);
      },
    });
  } finally {
    await flow.stop();
  }
}

function report(way: Way, result: Result): boolean {
  const { accounts } = result;
  const { sent, delivered, held, refused, lost, unanswered } = accounts;
  const faults = [
    lost > 0 && `lost: ${accounts.lostIds.join(' ')}`,
    unanswered > 0 && `${unanswered} never got an answer`,
    sent !== delivered + held + refused && 'the sum is not right',
    accounts.duplicated.length > 0 && `more than once: ${accounts.duplicated.join(' ')}`,
    accounts.contradicted.length > 0 && `refused and yet there: ${accounts.contradicted.join(' ')}`,
    result.alteredByPostern.length > 0 && `altered by Postern: ${result.alteredByPostern.join(' ')}`,
  ].filter((fault) => fault !== false);
  console.log(
    `${way}: ${sent} sent = ${delivered} delivered + ${held} held + ${refused} refused; ${lost} lost. ` +
      `${result.exact} came out byte for byte, ${result.alteredByPostfix.length} as Postfix alone alters them.`,
  );
  for (const fault of faults) console.log(`${way}: ${fault}`);
  return faults.length === 0;
}

function summed(all: readonly Result['accounts'][]) {
  const total = { sent: 0, delivered: 0, held: 0, refused: 0, lost: 0 };
  const verdicts: Record<string, number> = {};
  for (const accounts of all) {
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += accounts[key];
    for (const [verdict, count] of Object.entries(accounts.verdicts))
      verdicts[verdict] = (verdicts[verdict] ?? 0) + count;
  }
  return { ...total, verdicts };
}
