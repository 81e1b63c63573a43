import { expect, test } from 'vitest';
import { startBench } from '../../bench/gate/bench.ts';
import { Egress } from '../../src/gate/egress.ts';
import { Ingress } from '../../src/gate/ingress.ts';
import { LineEnds } from '../../src/gate/line-ends.ts';

const CHUNK = 65_536;
const SIXTY_MB = 60 * 1024 * 1024;
/** Garbage that is not collected yet, beside what is needed; a message that is kept whole would take 60 MB at the least. */
const SLACK = 50 * 1024 * 1024;

/** A header block of 60 MB: fields of 70 octets. */
function headers(): Buffer {
  return Buffer.concat([
    Buffer.alloc(SIXTY_MB, `X-Filler: ${'x'.repeat(58)}\r\n`),
    Buffer.from('\r\n\r\nhello\r\n'),
  ]);
}

test('S4 a header block of 60 MB over the size limit is 552, and where it is allowed it passes; neither is kept in memory', async () => {
  const message = headers();
  for (const [maxMessageBytes, told] of [
    [50_000_000, /^552 /],
    [100_000_000, /^250 /],
  ] as const) {
    const gate = await startBench({ maxMessageBytes }, false);
    try {
      // What the code itself takes, once it has run.
      await gate.send(message.subarray(0, 70 * 100_000));
      const before = await gate.measure();
      expect(await gate.send(message)).toMatch(told);
      expect((await gate.measure()).peakMemory - before.peakMemory).toBeLessThan(SLACK);
    } finally {
      await gate.close();
    }
  }
}, 120_000);

test.each([
  ['stuffed dots', '..\r\n', 3 / 4],
  ['plain text', 'ab\r\n', 1],
])(
  'S12 %s is read in one pass: a chunk in, a chunk out, none copied for its line ends',
  (_words, line, kept) => {
    const ingress = new Ingress();
    const lineEnds = new LineEnds();
    const egress = new Egress();
    for (let chunk = 0; chunk < 20; chunk++) {
      const { data, rest } = ingress.push(Buffer.alloc(CHUNK, line));
      expect(rest).toBeNull();
      expect(data.length).toBe(CHUNK * kept);
      expect(lineEnds.push(data)).toBe(data);
      const out = egress.push(data);
      expect(out.length).toBe(CHUNK);
      // What needs no stuffing is handed on as it is.
      if (kept === 1) expect(out).toBe(data);
    }
  },
);
