import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Found } from './loop.ts';

/** Where inputs are kept that once failed, a folder for each target. */
export const REGRESSIONS = fileURLToPath(new URL('../test/regressions', import.meta.url));

export interface Kept {
  readonly target: string;
  /** `<hash>.bin` */
  readonly file: string;
  readonly input: Buffer;
}

/** Inputs kept for that target. */
export function keptFor(target: string, folder = REGRESSIONS): Kept[] {
  const own = `${folder}/${target}`;
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .filter((file) => file.endsWith('.bin'))
    .sort()
    .map((file) => ({ target, file, input: readFileSync(`${own}/${file}`) }));
}

/** Writes an input that failed, and beside it what happened. Gives the path from the folder. */
export function keep(target: string, { input, failure }: Found, seed: number, folder = REGRESSIONS): string {
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 12);
  mkdirSync(`${folder}/${target}`, { recursive: true });
  writeFileSync(`${folder}/${target}/${hash}.bin`, input);
  writeFileSync(
    `${folder}/${target}/${hash}.txt`,
    `${failure.kind}: ${failure.message}\nFound by npm run fuzz -- ${target} --seed ${seed}\n`,
  );
  return `${target}/${hash}.bin`;
}
