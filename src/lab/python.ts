import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Mistake } from '../mistake.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A step of Python whose result lies in the folder of the dataset. */
export interface Step {
  /** File in models/train. */
  readonly script: 'judge.py' | 'ablate.py' | 'quality.py';
  /** Relative to the dataset; it names the dataset that it was made from. */
  readonly result: string;
  readonly dataset: string;
  /** Sources to leave out, as the script takes them; null where it takes none. */
  readonly without: readonly string[] | null;
  /** Do it even where the result is there. */
  readonly again: boolean;
  /** Python with models/train/requirements.txt; null takes that of .venv. */
  readonly python: string | null;
}

const resultSchema = z.object({ dataset: z.string(), without: z.array(z.string()).optional() });

/** Makes the result where it is not there, was made from another dataset, or is wanted again. Throws Mistake where that cannot be. */
export async function ensure(step: Step): Promise<void> {
  const dataset = await digest(step.dataset);
  if (!step.again && (await isFresh(step, dataset))) return;
  const script = join(ROOT, 'models/train', step.script);
  if (!existsSync(script)) throw new Mistake(`${script} is not there: training needs a clone of the source`);
  const without = (step.without ?? []).flatMap((one) => ['--without', one]);
  await run(pythonOf(step), [script, step.dataset, ...without]);
}

async function isFresh(step: Step, dataset: string): Promise<boolean> {
  const path = join(step.dataset, step.result);
  if (!existsSync(path)) return false;
  const result = resultSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!result.success || result.data.dataset !== dataset) return false;
  const wanted = [...new Set(step.without ?? [])].sort();
  return step.without === null || JSON.stringify(result.data.without) === JSON.stringify(wanted);
}

/** As judge.py names a dataset. */
export async function digest(dataset: string): Promise<string> {
  const sha = createHash('sha256');
  for (const name of ['dataset.json', 'rows.ndjson', 'features.npy']) {
    const path = join(dataset, name);
    if (!existsSync(path)) {
      throw new Mistake(`${path}: is not there; \`postern dataset build --out FOLDER\` makes a dataset`);
    }
    sha.update(await readFile(path));
  }
  return sha.digest('hex');
}

/** Runs a file of models/train; null takes the Python of .venv. Throws Mistake where there is none. */
export async function runScript(name: string, args: readonly string[], python: string | null): Promise<void> {
  const script = join(ROOT, 'models/train', name);
  if (!existsSync(script)) throw new Mistake(`${script} is not there: this needs a clone of the source`);
  await run(pythonOf({ python }), [script, ...args]);
}

function pythonOf({ python }: Pick<Step, 'python'>): string {
  if (python !== null) return python;
  const own = join(ROOT, '.venv/bin/python');
  return existsSync(own) ? own : 'python3';
}

/** Its progress goes to standard error: standard output is for results. */
function run(python: string, args: readonly string[]): Promise<void> {
  // Threads that spin while they wait make two busy cores ten times slower; one thread also sums in one order.
  const env = { ...process.env, OMP_WAIT_POLICY: 'passive', OMP_NUM_THREADS: '1' };
  const child = spawn(python, args, { stdio: ['ignore', process.stderr.fd, process.stderr.fd], env });
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new Mistake(
          `${python} does not start (${error.message}); models/train/README.md says what is needed`,
        ),
      ),
    );
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${signal ?? `code ${code}`}`)),
    );
  });
}
