import { constants } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Mistake } from '../mistake.ts';
import { replaceFile, withFileLock } from '../write-file.ts';
import { changedText, type KeyChange, type KeyState, keyState } from './edit-document.ts';
import { type LoadedConfig, loadConfig } from './load.ts';
import { type KeyPath, pathText } from './shape.ts';
import { readOverrides } from './variables.ts';

export type { KeyChange, KeyState } from './edit-document.ts';

/** Why: a variable stands over the key, no right to write, somebody else was quicker, nothing like it there, no change. */
export type EditRefusal = 'overridden' | 'readOnly' | 'changedSince' | 'unknown' | 'same';

/** The configuration's file cannot be changed as asked; it is as it was. */
export class EditRefused extends Mistake {
  override readonly name = 'EditRefused';
  readonly kind: EditRefusal;
  /** The key, file or variable that it is about; '' where there is none. */
  readonly what: string;

  constructor(kind: EditRefusal, what: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.what = what;
  }
}

export interface EditOptions {
  /** Looks at the new configuration before it is written, after it passed the checks of every load; what it throws refuses it. */
  readonly check?: (loaded: LoadedConfig) => void | Promise<void>;
  /** Looks at the file as it is, with the lock held: what it throws refuses the change. */
  readonly expect?: (text: string) => void;
  /** Where `POSTERN_` variables stand. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What the changed keys had in the file before and have now, in the order of the changes. */
export interface Edited {
  readonly before: readonly KeyState[];
  readonly after: readonly KeyState[];
}

/**
 * Changes keys of the configuration's file; comments and layout stay. The new text is checked as every load checks it, and written at
 * once or not at all, by one process at a time; a running gate sees it and loads it. Throws ConfigError with the lines of a
 * configuration that would be wrong, EditRefused where the file cannot be written or a variable of the environment stands over a key.
 */
export async function editConfig(
  file: string,
  changes: readonly KeyChange[],
  { check, expect, env = process.env }: EditOptions = {},
): Promise<Edited> {
  refuseOverridden(changes, env);
  // Renaming over a link would put a file in its place, and leave the file it points at as it was.
  const real = await realpath(file);
  const { mode } = await writable(real);
  return await withFileLock(real, async () => {
    const text = await readFile(real, 'utf8');
    expect?.(text);
    const changed = changedText(text, changes);
    const loaded = loadConfig(file, env, process.cwd(), changed);
    await check?.(loaded);
    const state = (of: string) => changes.map(({ path }) => keyState(of, path));
    if (changed !== text) await replaceFile(real, changed, mode & 0o7777);
    return { before: state(text), after: state(changed) };
  });
}

function refuseOverridden(changes: readonly KeyChange[], env: NonNullable<EditOptions['env']>): void {
  for (const { path } of changes) {
    const override = overrideOf(path, env);
    if (override === null) continue;
    throw new EditRefused(
      'overridden',
      override,
      `${pathText(path)}: the variable ${override} of the environment stands over the file, so a change of the file would do nothing`,
    );
  }
}

/** The `POSTERN_` variable that stands over a key of the file, or over a part of it; null where none does. */
export function overrideOf(path: KeyPath, env: NonNullable<EditOptions['env']>): string | null {
  const over = readOverrides(env).overrides.find(({ path: set }) => {
    const shared = Math.min(set.length, path.length);
    return set.slice(0, shared).every((key, index) => key === path[index]);
  });
  return over?.variable ?? null;
}

/** A rename needs only the folder: a file that is marked read-only would be replaced all the same, so it is asked, too. */
export async function writable(real: string): Promise<{ readonly mode: number }> {
  const status = await stat(real);
  if ((status.mode & 0o222) === 0)
    throw new EditRefused('readOnly', real, `${real}: is read-only, so it is not changed`);
  for (const path of [real, dirname(real)]) {
    try {
      await access(path, constants.W_OK);
    } catch (cause) {
      const message = `${path}: this process may not write it, so the configuration is not changed`;
      throw new EditRefused('readOnly', path, message, { cause });
    }
  }
  return status;
}
