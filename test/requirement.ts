import { existsSync } from 'node:fs';

/** A real server that a test needs; `missing` says what is not there, null when all is. */
export interface Requirement {
  readonly name: string;
  readonly missing: string | null;
}

/** A program: of the system, as its Debian package installs it, or of the project's Python environment. */
export function program(name: string, path: string, options: { root?: boolean } = {}): Requirement {
  if (!existsSync(path)) return { name, missing: `${path} is not installed` };
  if (options.root && process.getuid?.() !== 0)
    return { name, missing: `${name} can be started by root only` };
  return { name, missing: null };
}
