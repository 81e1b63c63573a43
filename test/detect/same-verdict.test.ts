import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Decision } from '../../src/decision.ts';
import { inspect } from '../../src/inspect.ts';
import { fileContent } from '../../src/mail/content.ts';
import { findMail, readMail } from '../../src/mail/files.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { type OpenInstruments, openInstruments } from '../../src/service/instruments.ts';
import { DEMO_CASES } from '../cases/cases.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ZONE = process.env.TZ;

let folder: string;
let instruments: OpenInstruments;
/** Each message in memory and in a file, with what was said of it first. */
const cases: { readonly inMemory: Mail; readonly inFile: Mail; readonly said: unknown }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-same-'));
  const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
  instruments = await openInstruments(config, { reputation: null, resolver: null });
  for await (const source of findMail([DEMO_CASES])) {
    const { mail } = await readMail(source);
    const bytes = Buffer.concat(await mail.content.stream().toArray());
    const path = join(folder, `${cases.length}.eml`);
    await writeFile(path, bytes);
    const inFile = { ...mail, content: fileContent(path, bytes.length) };
    cases.push({ inMemory: mail, inFile, said: saidOf(await inspect(mail, instruments)) });
  }
}, 60_000);

afterEach(() => {
  vi.useRealTimers();
  if (ZONE === undefined) delete process.env.TZ;
  else process.env.TZ = ZONE;
});

afterAll(async () => {
  await instruments.close();
  await rm(folder, { recursive: true });
});

/** All of a decision but how long it took, as text: so that nothing is the same by being the same object. */
function saidOf({ stageSeconds: _, ...decision }: Decision): string {
  return JSON.stringify({ ...decision, features: [...decision.features] }, (_key, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

describe('X1 the same bytes with the same recorded evidence', () => {
  const zones = ['UTC', 'Pacific/Kiritimati', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Pago_Pago'];
  const clock = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });

  it('get the same verdict in any order, from memory or a file, whatever the clock and the time zone', async () => {
    expect(cases.length).toBeGreaterThan(30);
    const order = fc.shuffledSubarray([...cases.keys()], { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        order,
        fc.boolean(),
        clock,
        fc.constantFrom(...zones),
        async (indexes, isFile, now, zone) => {
          vi.useFakeTimers({ toFake: ['Date'], now });
          process.env.TZ = zone;
          for (const index of indexes) {
            const { inMemory, inFile, said } = cases[index] ?? {};
            if (inMemory === undefined || inFile === undefined) throw new Error('no such case');
            expect(saidOf(await inspect(isFile ? inFile : inMemory, instruments))).toBe(said);
          }
        },
      ),
      { numRuns: 8 },
    );
  }, 120_000);

  it('get the same verdict all at once, each beside the others', async () => {
    const mails = cases.flatMap(({ inMemory, inFile }) => [inFile, inMemory]);
    const together = await Promise.all(mails.map((mail) => inspect(mail, instruments)));
    expect(together.map(saidOf)).toEqual(cases.flatMap(({ said }) => [said, said]));
  }, 120_000);

  it('get the same verdict from instruments that were opened anew', async () => {
    const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
    const others = await openInstruments(config, { reputation: null, resolver: null });
    try {
      for (const { inFile, said } of cases) expect(saidOf(await inspect(inFile, others))).toBe(said);
    } finally {
      await others.close();
    }
  }, 120_000);
});
