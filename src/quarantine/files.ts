import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { faultPoint } from '../faults.ts';
import { isMailId } from '../mail/id.ts';
import type { Content } from '../mail/mail.ts';
import { asStorageError } from '../storage-error.ts';
import { dayName } from './mail/day-name.ts';

const TEMPORARY = '.tmp';
const EXTENSION = '.eml';
/** Mail is for the service, and for nobody else. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** `<directory>/mail/<yyyy>/<mm>/<dd>/<id>.eml`, by the day (UTC) on which it was held. Throws for what is no id. */
export function mailPath(directory: string, id: string, heldAt: Date): string {
  return join(directory, 'mail', ...dayName(id, heldAt).split('/'));
}

/** Writes mail files so that a power cut after the promise resolves loses nothing, and one before leaves nothing whole. */
export class DurableFolder {
  readonly #directory: string;
  /** Folders whose entries are on disk. Whoever comes second must wait for the fsync of whoever came first. */
  readonly #made = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** All of the content, or an error and no file. */
  async write(path: string, content: Content): Promise<void> {
    const temporary = `${path}.${randomUUID()}${TEMPORARY}`;
    try {
      await this.#makeFolder(dirname(path));
      await writeAndSync(temporary, content);
      await rename(temporary, path);
      faultPoint('hold:renamed');
      await syncFolder(dirname(path));
      faultPoint('hold:folder-synced');
    } catch (error) {
      // A folder may have been removed behind us: make it again next time.
      this.#made.clear();
      await rm(temporary, { force: true });
      throw asStorageError(path, error);
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    const known = this.#made.get(folder);
    if (known !== undefined) return known;
    const making = makeDurable(folder, this.#directory);
    this.#made.set(folder, making);
    await making;
  }
}

/** Makes the folder; the entries of all folders from it up to `root`, and of those it had to make above, are on disk. */
export async function makeDurable(folder: string, root: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const top = first !== undefined && first.length < root.length ? first : root;
  for (let at = folder; ; at = dirname(at)) {
    await syncFolder(dirname(at));
    if (at === top || dirname(at) === at) return;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAndSync(path: string, content: Content): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    let written = 0;
    const counted = async function* (stream: Readable): AsyncGenerator<Buffer> {
      for await (const chunk of stream) {
        written += chunk.length;
        yield chunk;
      }
    };
    await file.writeFile(counted(content.stream()));
    if (written !== content.size) {
      throw new Error(`${path}: the content gave ${written} bytes, and ${content.size} were promised`);
    }
    faultPoint('hold:written');
    await file.sync();
    faultPoint('hold:synced');
  } finally {
    await file.close();
  }
}

export interface FoundFile {
  readonly path: string;
  /** Null for a temporary file. */
  readonly id: string | null;
  readonly modifiedAt: Date;
  readonly sizeBytes: number;
}

/** Every file below `<directory>/mail` that we can have written. */
export async function* mailFiles(directory: string): AsyncGenerator<FoundFile> {
  for (const day of await dayFolders(directory)) {
    for (const name of await readdir(day)) {
      const id = name.endsWith(EXTENSION) ? name.slice(0, -EXTENSION.length) : null;
      const ours = id === null ? name.endsWith(TEMPORARY) : isMailId(id);
      if (!ours) continue;
      const path = join(day, name);
      const found = await stat(path).catch(ifMissing);
      if (found !== null) yield { path, id, modifiedAt: found.mtime, sizeBytes: found.size };
    }
  }
}

/** Removes the folders of earlier days that have become empty. */
export async function removeEmptyDays(directory: string, today: Date): Promise<void> {
  const current = dirname(mailPath(directory, '0'.repeat(23), today));
  for (const day of await dayFolders(directory)) {
    if (day < current && (await readdir(day)).length === 0) await rmdir(day).catch(ifMissing);
  }
}

async function dayFolders(directory: string): Promise<string[]> {
  let folders = [join(directory, 'mail')];
  for (const digits of [/^\d{4}$/, /^\d\d$/, /^\d\d$/]) {
    const below: string[] = [];
    for (const folder of folders) {
      const names = (await readdir(folder).catch(ifMissing)) ?? [];
      for (const name of names.sort()) if (digits.test(name)) below.push(join(folder, name));
    }
    folders = below;
  }
  return folders;
}

/** For what another process may just have removed. Other errors stay errors. */
export function ifMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
