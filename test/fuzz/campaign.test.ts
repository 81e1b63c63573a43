import { afterEach, describe, expect, test, vi } from 'vitest';
import { type CampaignOptions, campaign } from '../../fuzz/campaign.ts';

const MODULE = new URL('toys/target.ts', import.meta.url).href;
const OPTIONS: CampaignOptions = {
  module: MODULE,
  seed: 1,
  seeds: [Buffer.from('<abc')],
  // Ends by inputs, not by time.
  milliseconds: 600_000,
  most: 500,
  hangMs: 1_500,
  trials: 2,
  mostEnds: 1,
};

afterEach(() => vi.unstubAllEnvs());

// Each starts processes of its own, on machines that do other things as well.
describe('a run of the fuzzer', { timeout: 120_000 }, () => {
  test('finds, by coverage alone, an error behind letters that come one by one', async () => {
    const { found } = await campaign({ ...OPTIONS, most: 12_000, seeds: [Buffer.from('<')] });
    expect(found.map(({ failure }) => failure.message)).toContainEqual(
      expect.stringContaining('Error: deep'),
    );
    expect(found[0]?.input.toString()).toBe('<=;');
  });

  test('takes words from the sources, and so meets a tag that no seed has', async () => {
    vi.stubEnv('TOY_SOURCES', 'yes');
    const { found } = await campaign({ ...OPTIONS, most: 1_000 });
    const rare = found.find(({ failure }) => failure.message.includes('a word that no seed has'));
    expect(rare?.input.toString()).toBe('rare-tag');
    expect(rare?.failure.kind).toBe('throws');
  });

  test('finds writes to a shared prototype, and undoes them', async () => {
    vi.stubEnv('TOY_WORDS', 'proto');
    const { found } = await campaign({ ...OPTIONS, most: 500 });
    expect(found.map(({ failure, input }) => [failure.kind, input.toString()])).toEqual([
      ['pollutes', 'proto'],
    ]);
  });

  test('ends an input that does not end, makes it small, and goes on', async () => {
    vi.stubEnv('TOY_WORDS', 'spin');
    const { found } = await campaign({ ...OPTIONS, most: 300 });
    expect(found[0]?.failure.kind).toBe('hangs');
    expect(found[0]?.input.toString()).toContain('spin');
  });

  test('finds what fills the memory', async () => {
    vi.stubEnv('TOY_WORDS', 'hoard');
    const { found } = await campaign({ ...OPTIONS, most: 300, hangMs: 20_000 });
    expect(found[0]?.failure.kind).toBe('dies');
    expect(found[0]?.input.toString()).toContain('hoard');
  });

  test('finds an error that no promise holds', async () => {
    vi.stubEnv('TOY_WORDS', 'wait');
    const { found } = await campaign({ ...OPTIONS, most: 300 });
    expect(found[0]?.failure.message).toContain('uncaught: Error: nobody waits for this');
    expect(found[0]?.input.toString()).toContain('wait');
  });

  test('is the same for the same seed', async () => {
    const [first, second] = [await campaign(OPTIONS), await campaign(OPTIONS)];
    expect({ ...second, milliseconds: 0 }).toEqual({ ...first, milliseconds: 0 });
    expect(first.executions).toBe(OPTIONS.most);
  });
});
