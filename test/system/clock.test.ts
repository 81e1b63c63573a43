import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Sink, startSink } from '../../src/gate/sink.ts';
import { readLedger } from '../../src/ledger/reader.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import { Stopwatch } from '../../src/stopwatch.ts';
import { type Letter, sendAll } from './send-all.ts';
import { type Postern, startPostern } from './servers/postern.ts';
import { SmtpClient } from './smtp-client.ts';

const HOUR = 3_600_000;
/** Back and forth, over the ends of hours and of days. */
const JUMPS = [-5 * HOUR, 7 * HOUR, 0, -26 * HOUR, 30 * HOUR, -HOUR];
const BLOCKED = 'blocked.example';
const COUNT = 70;
const CLOCK = pathToFileURL(join(import.meta.dirname, 'servers', 'shifted-clock.mjs')).href;

describe('F7 a gate whose wall clock jumps by hours', () => {
  let directory: string;
  let sink: Sink;
  let postern: Postern | null = null;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-clock-'));
    sink = await startSink({ directory: join(directory, 'sink') });
    await shift(0);
  });
  afterEach(async () => {
    await postern?.stop();
    postern = null;
    await sink.close();
    await rm(directory, { recursive: true });
  });

  /** Sets the clock of the gate, in one step: it never sees half a number. */
  async function shift(ms: number): Promise<void> {
    const file = join(directory, 'shift');
    await writeFile(`${file}.new`, String(ms));
    await rename(`${file}.new`, file);
  }

  async function start(limits: Record<string, number> = {}): Promise<Postern> {
    postern = await startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: sink.port,
      settings: {
        gate: { limits },
        policy: { default: { tag: null, quarantine: null }, block: [BLOCKED], blockAction: 'quarantine' },
      },
      environment: { NODE_OPTIONS: `--import ${CLOCK}`, CLOCK_SHIFT_FILE: join(directory, 'shift') },
    });
    return postern;
  }

  it('loses and doubles nothing, writes every decision down, and measures no time below nothing', async () => {
    const gate = await start();
    const jumps: Promise<void>[] = [];
    const outcomes = await sendAll(letters(), {
      port: gate.port,
      connections: 4,
      onOutcome: (_, done) => {
        const jump = JUMPS[done / 10 - 1];
        if (jump !== undefined) jumps.push(shift(jump));
      },
    });
    await Promise.all(jumps);
    expect(jumps).toHaveLength(JUMPS.length);
    expect(outcomes.map(({ state }) => state)).toEqual(Array(COUNT).fill('accepted'));
    expect(sink.count).toBe(COUNT / 2);
    const held = await gate.held();
    expect(held).toHaveLength(COUNT / 2);
    expect(new Set(held.map(({ id }) => id)).size).toBe(COUNT / 2);

    const metrics = await gate.metrics();
    const values = metrics.split('\n').filter((line) => /^postern_\w*(?:seconds|_total)\w*[ {]/.test(line));
    expect(values.length).toBeGreaterThan(20);
    for (const line of values) expect(Number(line.split(' ').at(-1)), line).toBeGreaterThanOrEqual(0);
    // Seconds that were measured by a clock that jumped would be thousands.
    for (const line of values.filter((one) => /_seconds_sum/.test(one)))
      expect(Number(line.split(' ').at(-1)), line).toBeLessThan(3_600);

    expect(await gate.stop()).toBe(0);
    postern = null;
    const ids: string[] = [];
    const hours = new Set<string>();
    for await (const { id, at } of readLedger(join(directory, 'postern', 'var', 'ledger'), {
      kind: 'decision',
    })) {
      ids.push(id);
      hours.add(at.slice(0, 'YYYY-MM-DDTHH'.length));
    }
    // The jumps were seen: the same minute of ours is in several of its hours.
    expect(hours.size).toBeGreaterThan(3);
    expect(ids).toHaveLength(COUNT);
    expect(new Set(ids).size).toBe(COUNT);
  }, 120_000);

  it('keeps the allowance of a client, whose minutes do not jump, and the connection of one who is idle', async () => {
    const { port } = await start({ messagesPerClientPerMinute: 2 });
    const client = await SmtpClient.open(port);
    const begin = async () => {
      const { code } = await client.command(`MAIL FROM:<ann@${BLOCKED}>`);
      await client.command('RSET');
      return code;
    };
    expect([await begin(), await begin(), await begin()]).toEqual([250, 250, 451]);
    for (const jump of JUMPS) {
      await shift(jump);
      expect(await begin(), `after ${jump}`).toBe(451);
    }
    expect((await client.command('NOOP')).code).toBe(250);
    client.close();
  }, 120_000);

  it('keeps its connections to the next hop', async () => {
    const { port } = await start();
    for (const jump of [0, ...JUMPS]) {
      await shift(jump);
      const [outcome] = await sendAll(letters().slice(1, 2), { port, connections: 1 });
      expect(outcome?.state, `after ${jump}`).toBe('accepted');
    }
    expect(sink.count).toBe(JUMPS.length + 1);
  }, 120_000);

  /** Every other one is held. */
  function letters(): Letter[] {
    return Array.from({ length: COUNT }, (_, i) => {
      const mailFrom = `ann@${i % 2 === 0 ? BLOCKED : 'shop.example'}`;
      const recipient = `bob${i}@inbox.example`;
      const raw = Buffer.from(
        `From: ${mailFrom}\r\nTo: ${recipient}\r\nSubject: Minutes ${i}\r\nMessage-ID: <${i}@shop.example>\r\n\r\n` +
          'The minutes of our meeting on Tuesday are on the shelf in the library.\r\n',
      );
      return { id: String(i), mailFrom, recipient, raw };
    });
  }
});

describe('F7 a wall clock that jumps', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is not what stages are timed by', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
    const watch = new Stopwatch();
    for (const jump of JUMPS) await watch.time('stage', () => vi.setSystemTime(Date.now() + jump));
    expect(watch.seconds.stage).toBeGreaterThanOrEqual(0);
    expect(watch.seconds.stage).toBeLessThan(3_600);
  });

  it('leaves reputation whole: what is seen in the future or the past counts, about once', async () => {
    const reputation = memoryReputation({ halfLifeDays: 30, burstHalfLifeMinutes: 60 });
    const start = Date.parse('2026-03-01T00:30:00Z');
    const key = 'authdomain:alder.example';
    for (const jump of JUMPS) {
      const at = new Date(start + jump);
      reputation.observe({ kind: 'decision', at, keys: [key], verdict: 'accept', recipients: 1 });
    }
    for (const jump of JUMPS) {
      const standing = (await reputation.lookup([key], new Date(start + jump))).get(key);
      // 56 hours of a half-life of 30 days are 5 %.
      expect(standing?.messages).toBeGreaterThan(JUMPS.length * 0.94);
      expect(standing?.messages).toBeLessThan(JUMPS.length * 1.06);
      expect(standing?.recent).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(standing?.recent)).toBe(true);
    }
  });
});
