import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runScript } from '../python.ts';
import { GAP_KINDS, isUnwanted, type Specimen } from './specimen.ts';

const neighbour = z.object({ at: z.number().int(), likeness: z.number() });

const resultSchema = z.object({
  groups: z.array(
    z.object({
      kind: z.enum(GAP_KINDS),
      members: z.array(z.number().int()),
      cohesion: z.number(),
      alike: z.array(z.number().int()),
      words: z.array(z.object({ word: z.string(), share: z.number(), elsewhere: z.number() })),
    }),
  ),
  messages: z.array(
    z.object({
      at: z.number().int(),
      x: z.number(),
      y: z.number(),
      near: z.array(neighbour),
      nearestRight: z.array(neighbour),
    }),
  ),
});

/** What gaps.py found. Numbers of messages are places in the list that was given: the gaps, then the background. */
export type Grouping = z.infer<typeof resultSchema>;
export type RawGroup = Grouping['groups'][number];
export type Placed = Grouping['messages'][number];

/** A message as Python needs it. */
export interface ToGroup extends Pick<Specimen, 'text' | 'features' | 'verdict' | 'said'> {
  readonly kind: (typeof GAP_KINDS)[number] | 'background';
}

/** Groups by words and features. The words of mail go to Python in a folder that nobody else can read and that is removed. */
export async function group(messages: readonly ToGroup[], python: string | null): Promise<Grouping> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-gaps-'));
  try {
    const lines = messages.map((one) => `${JSON.stringify(lineOf(one))}\n`);
    await writeFile(join(folder, 'messages.ndjson'), lines.join(''), { mode: 0o600 });
    await runScript('gaps.py', [folder], python);
    return resultSchema.parse(JSON.parse(await readFile(join(folder, 'groups.json'), 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lineOf(one: ToGroup) {
  return {
    text: one.text.toWellFormed(),
    features: Array.from(one.features, (value) => (Number.isFinite(value) ? value : null)),
    kind: one.kind,
    unwanted: isUnwanted(one),
  };
}
