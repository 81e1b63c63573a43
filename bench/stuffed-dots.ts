import { startBench } from './gate/bench.ts';

/**
 * What 25 MB of stuffed dots cost the gate against plain text of the same size (S12: at most 3 times), in CPU time of its process. The
 * middle of three runs of each, in turns, after one of each to warm up. `--json` prints one line of JSON.
 */
const SIZE = 25 * 1024 * 1024;
const RUNS = 3;
const HEAD = 'Subject: a\r\n\r\n';
const LINES = { plain: `${'plain text '.repeat(6)}.\r\n`, dots: '..\r\n' };
type Kind = keyof typeof LINES;

const bench = await startBench({}, false);
const times: Record<Kind, number[]> = { plain: [], dots: [] };
for (let run = 0; run <= RUNS; run++) {
  for (const kind of ['plain', 'dots'] as const) {
    const milliseconds = await cost(kind);
    if (run > 0) times[kind].push(milliseconds);
  }
}
await bench.close();
const [plain, dots] = [middle(times.plain), middle(times.dots)];
const result = { bytes: SIZE, plainCpuMs: plain, dotsCpuMs: dots, ratio: round(dots / plain) };
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else console.log(`plain text ${plain} ms, stuffed dots ${dots} ms: ${result.ratio} times`);

async function cost(kind: Kind): Promise<number> {
  const line = LINES[kind];
  const message = Buffer.from(HEAD + line.repeat(Math.floor((SIZE - HEAD.length) / line.length)));
  const before = await bench.measure();
  const reply = await bench.send(message);
  if (!reply.startsWith('250')) throw new Error(`the gate said ${reply}`);
  return round(((await bench.measure()).cpu - before.cpu) / 1000);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
