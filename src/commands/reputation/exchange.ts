import { z } from 'zod';
import { type Counters, type HalfLives, LASTING, withHalfLives } from '../../reputation/fold.ts';
import { isRemembered, parseKey, type ReputationKey } from '../../reputation/key.ts';
import type { CounterStore, Entry } from '../../reputation/store.ts';
import { UsageError } from '../failure.ts';
import { Progress } from '../progress.ts';
import { textLines } from '../text-lines.ts';
import type { Memory } from './open-memory.ts';

/** Raised when an old Postern could not read what a new one writes. */
const FORMAT = 1;

/** Added at a time: some 10 ms of the store. */
const BATCH = 1_000;

const headSchema = z.strictObject({
  postern: z.literal('reputation'),
  format: z.literal(FORMAT),
  at: z.string(),
  lastingMs: z.number().positive(),
  burstMs: z.number().positive(),
  /** Of the key of the hashes; null where names and addresses are as they are. */
  fingerprint: z.number().int().nullable(),
});

type Head = z.infer<typeof headSchema>;

const amount = z.number().nonnegative();
const entrySchema = z.strictObject({
  key: z.string(),
  era: z.number().int(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  ...(Object.fromEntries(LASTING.map((name) => [name, amount])) as Record<
    (typeof LASTING)[number],
    typeof amount
  >),
  burstEra: z.number().int(),
  recent: amount,
});

/** The memory as lines of JSON: the first says how the counts decay, each other is an entry. */
export async function* exported({ halfLives, hasher, store }: Memory, at: Date): AsyncGenerator<string> {
  const head: Head = {
    postern: 'reputation',
    format: FORMAT,
    at: at.toISOString(),
    ...halfLives,
    fingerprint: hasher?.fingerprint ?? null,
  };
  yield `${JSON.stringify(head)}\n`;
  for await (const [key, counters] of store.entries()) yield `${JSON.stringify({ key, ...counters })}\n`;
}

export interface Imported {
  readonly entries: number;
  /** The file counts by other half-lives, and was converted. */
  readonly converted: boolean;
}

/**
 * Adds what an export has to what is there. All of the file is read before any of it is added: a damaged one adds nothing. Throws UsageError
 * with file and line.
 */
export async function importInto({ halfLives, hasher, store }: Memory, path: string): Promise<Imported> {
  const head = await readHead(path);
  if (head.fingerprint !== null && head.fingerprint !== hasher?.fingerprint) {
    throw new UsageError(
      `${path}: its addresses are hashed under another key than those of this memory (privacy.keyFile)`,
    );
  }
  for await (const _ of entriesOf(path)) {
    // Only looked at: whatever is wrong throws.
  }
  const from: HalfLives = { lastingMs: head.lastingMs, burstMs: head.burstMs };
  const converted = from.lastingMs !== halfLives.lastingMs || from.burstMs !== halfLives.burstMs;
  const progress = new Progress('entries added');
  let count = 0;
  let batch = new Map<ReputationKey, Counters>();
  for await (const [key, counters] of entriesOf(path)) {
    const own = hasher?.key(key) ?? key;
    if (batch.has(own) || batch.size >= BATCH) {
      await add(store, batch);
      batch = new Map();
    }
    batch.set(own, converted ? withHalfLives(counters, from, halfLives) : counters);
    progress.at(++count);
  }
  await add(store, batch);
  progress.end();
  return { entries: count, converted };
}

async function add(store: CounterStore, batch: ReadonlyMap<ReputationKey, Counters>): Promise<void> {
  if (batch.size > 0) await store.add([...batch]);
}

async function readHead(path: string): Promise<Head> {
  for await (const line of textLines(path)) {
    const head = 'text' in line ? headSchema.safeParse(json(line.text)) : null;
    if (head?.success) return head.data;
    break;
  }
  throw new UsageError(`${path}: is no export of \`postern reputation export\` that this Postern knows`);
}

async function* entriesOf(path: string): AsyncGenerator<Entry> {
  let isHead = true;
  for await (const line of textLines(path)) {
    if (isHead) {
      isHead = false;
      continue;
    }
    const entry = 'text' in line ? parseEntry(line.text) : null;
    if (entry === null) throw new UsageError(`${path}:${line.number}: is no entry; nothing is imported`);
    yield entry;
  }
}

function parseEntry(text: string): Entry | null {
  const parsed = entrySchema.safeParse(json(text));
  if (!parsed.success) return null;
  const { key: given, ...counters } = parsed.data;
  const key = parseKey(given);
  return key === null || !isRemembered(key) || /\p{Cc}/u.test(key) ? null : [key, counters];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
