import { stat, unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileContent } from '../../mail/content.ts';
import type { Content } from '../../mail/mail.ts';
import { asStorageError } from '../../storage-error.ts';
import { DurableFolder, ifMissing, mailFiles, mailPath, makeDurable, removeEmptyDays } from '../files.ts';
import type { FoundMail, MailStore } from './mail-store.ts';

/** Opens the store of mail files below `<directory>/mail`; makes the folder where it is not there. */
export async function openDiskStore(directory: string): Promise<MailStore> {
  const root = resolve(directory);
  await makeDurable(join(root, 'mail'), root);
  return new DiskStore(root);
}

/** One file a mail, by the day on which it was held; written aside, synced, then renamed, and the folder synced. */
class DiskStore implements MailStore {
  readonly place: string;
  readonly #directory: string;
  readonly #files: DurableFolder;

  constructor(directory: string) {
    this.place = directory;
    this.#directory = directory;
    this.#files = new DurableFolder(directory);
  }

  write(id: string, heldAt: Date, content: Content): Promise<void> {
    return this.#files.write(this.nameOf(id, heldAt), content);
  }

  read(id: string, heldAt: Date, sizeBytes: number): Content {
    return fileContent(this.nameOf(id, heldAt), sizeBytes);
  }

  async sizeOf(id: string, heldAt: Date): Promise<number | null> {
    const path = this.nameOf(id, heldAt);
    return (await stat(path).catch(ifMissing).catch(failedAt(path)))?.size ?? null;
  }

  remove(id: string, heldAt: Date): Promise<void> {
    return this.drop(this.nameOf(id, heldAt));
  }

  nameOf(id: string, heldAt: Date): string {
    return mailPath(this.#directory, id, heldAt);
  }

  async *files(): AsyncGenerator<FoundMail> {
    for await (const { path, ...found } of mailFiles(this.#directory)) yield { name: path, ...found };
  }

  async drop(name: string): Promise<void> {
    await unlink(name).catch(ifMissing).catch(failedAt(name));
  }

  tidy(now: Date): Promise<void> {
    return removeEmptyDays(this.#directory, now);
  }

  async writable(): Promise<void> {
    const probe = join(this.#directory, `.writable-${process.pid}`);
    await writeFile(probe, 'written to see whether it can be\n').catch(failedAt(probe));
    await unlink(probe).catch(ifMissing);
  }

  async close(): Promise<void> {}
}

function failedAt(path: string): (error: unknown) => never {
  return (error) => {
    throw asStorageError(path, error);
  };
}
