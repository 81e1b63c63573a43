import { readdirSync } from 'node:fs';
import type { Target } from './target.ts';

const FOLDER = new URL('targets/', import.meta.url);

/** Names of all targets: each is a file of the folder, which exports `target`. */
export function targetNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Where the target of that name is. Only it is loaded to be fuzzed: what else is loaded makes measuring slower. */
export function targetModule(name: string): string {
  return new URL(`${name}.ts`, FOLDER).href;
}

export async function loadTarget(module: string): Promise<Target> {
  const { target } = (await import(module)) as { readonly target: Target };
  return target;
}
