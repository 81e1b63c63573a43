import { startBench } from './gate/bench.ts';

/**
 * The longest turn of the gate's event loop while one message of 50 MB goes through it (at most 250 ms), for kinds of messages that
 * are most work to it. `--json` prints one line of JSON.
 */
const SIZE = 50 * 1024 * 1024 - 1_000;
const HEAD = 'Subject: a\r\n\r\n';
const MESSAGES = {
  plain: [HEAD, `${'plain text '.repeat(6)}.\r\n`],
  dots: [HEAD, '..\r\n'],
  headers: ['', `X-Filler: ${'x'.repeat(60)}\r\n`],
  oneHeader: ['X-Filler: ', 'x'],
  oneLine: [HEAD, 'x'],
  // Each becomes CRLF: the message doubles.
  lineFeeds: [HEAD, '\n'],
  carriageReturns: [HEAD, '\r'],
} as const;

const kinds = Object.entries(MESSAGES);
const longest: Record<string, number> = {};
const bench = await startBench({}, true);
let peakMemory = 0;
for (const [kind, [head, filler]] of kinds) {
  const message = Buffer.concat([
    Buffer.from(head),
    Buffer.alloc(SIZE - head.length, filler),
    Buffer.from('\r\n'),
  ]);
  await bench.measure();
  const reply = await bench.send(message);
  if (!reply.startsWith('250')) throw new Error(`${kind}: the gate said ${reply}`);
  const measured = await bench.measure();
  longest[kind] = Math.round(measured.longestTurn * 10) / 10;
  peakMemory = measured.peakMemory;
}
await bench.close();
const result = {
  bytes: SIZE,
  longestTurnMs: Math.max(...Object.values(longest)),
  byKind: longest,
  peakMemory,
};
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else console.table(longest);
