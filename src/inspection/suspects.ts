import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { StepName } from '../steps.ts';

/** What a message is suspected of. */
export interface Suspicion {
  /** Steps that ended a worker with this message alone inside; none where it is only known to have been near. */
  readonly steps: readonly StepName[];
  /** How often it did. */
  readonly failures: number;
}

/** A crash is rare, even under attack; some 200 bytes each. */
export const MAX_SUSPECTS = 1_000;
/** RFC 5321 section 4.5.4.1: a sender tries for four to five days. */
const REMEMBERED_MS = 7 * 86_400_000;

const fileSchema = z.object({
  suspects: z.array(
    z.object({
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      steps: z.array(z.string()),
      failures: z.number().int().nonnegative(),
      at: z.number(),
    }),
  ),
});

interface Entry extends Suspicion {
  readonly at: number;
}

/** Messages that crashed or hung inspection, or were near when something did. Kept in a file, since a restart must not forget. */
export class Suspects {
  readonly #file: string;
  readonly #onError: (error: unknown) => void;
  readonly #entries = new LRUCache<string, Entry>({ max: MAX_SUSPECTS });

  /** Reads `file` if there is one; what cannot be read or written is told to `onError`, and the memory goes on without it. */
  constructor(file: string, onError: (error: unknown) => void, now: number = Date.now()) {
    this.#file = file;
    this.#onError = onError;
    for (const { digest, ...entry } of this.#read()) {
      if (now - entry.at < REMEMBERED_MS)
        this.#entries.set(digest, { ...entry, steps: entry.steps as StepName[] });
    }
  }

  get(digest: string): Suspicion | null {
    return this.#entries.get(digest) ?? null;
  }

  /** It was near when something crashed or hung: it is tried alone from now on, until it is cleared. */
  suspect(digests: readonly string[]): void {
    const fresh = digests.filter((digest) => !this.#entries.has(digest));
    for (const digest of fresh) this.#entries.set(digest, { steps: [], failures: 0, at: Date.now() });
    if (fresh.length > 0) this.#write();
  }

  /** It ended a worker, alone, in that step; null is before any step, or unknown. */
  blame(digest: string, step: StepName | null): Suspicion {
    const { steps, failures }: Suspicion = this.#entries.get(digest) ?? { steps: [], failures: 0 };
    const known = step === null || steps.includes(step) ? steps : [...steps, step];
    const suspicion: Entry = { steps: known, failures: failures + 1, at: Date.now() };
    this.#entries.set(digest, suspicion);
    this.#write();
    return suspicion;
  }

  /** It went through alone. */
  clear(digest: string): void {
    if (this.#entries.delete(digest)) this.#write();
  }

  #read(): z.infer<typeof fileSchema>['suspects'] {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8'))).suspects;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#onError(error);
      return [];
    }
  }

  /** At once and whole: the next thing that happens may be the end of the process. */
  #write(): void {
    const suspects = [...this.#entries.rentries()].map(([digest, entry]) => ({
      digest,
      ...(entry as Entry),
    }));
    const fresh = `${this.#file}.${process.pid}.new`;
    try {
      writeFileSync(fresh, JSON.stringify({ suspects }), { mode: 0o600 });
      renameSync(fresh, this.#file);
    } catch (error) {
      this.#onError(error);
    }
  }
}
