import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMailId, timeOfMailId } from '../../mail/id.ts';
import { type Case, readCase } from './case.ts';

const DAY_MS = 86_400_000;
/** A file of a case that was being written when the process ended is no case. */
const TEMPORARY_MS = 3_600_000;

/**
 * Cases as files of a folder: `ID.json`, and beside it `ID.eml` where the reported mail is kept. Files of people's mail: 0600. Each is
 * written beside and renamed, so a crash leaves the old or the new one. Several processes may use the folder.
 */
export class CaseStore {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Throws where the folder cannot be made. */
  static async open(directory: string): Promise<CaseStore> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new CaseStore(directory);
  }

  /** A new case with its mail, both on disk when it resolves. Gives it with the digest. */
  async create(one: Case, raw: Buffer | null): Promise<Case> {
    const withDigest = { ...one, digest: raw === null ? null : hash('sha256', raw, 'hex') };
    if (raw !== null) await this.#write(this.#path(one.caseId, 'eml'), raw);
    await this.save(withDigest);
    return withDigest;
  }

  async save(one: Case): Promise<void> {
    await this.#write(this.#path(one.caseId, 'json'), Buffer.from(`${JSON.stringify(one, null, 2)}\n`));
  }

  /** Null where there is no such case. */
  async get(caseId: string): Promise<Case | null> {
    if (!isMailId(caseId)) return null;
    try {
      return readCase(await readFile(this.#path(caseId, 'json'), 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw new Error(`${this.#path(caseId, 'json')}: is no case`, { cause: error });
    }
  }

  /** Path of the reported mail; null where it is not kept. */
  mailOf(caseId: string): string | null {
    const path = this.#path(caseId, 'eml');
    return existsSync(path) ? path : null;
  }

  /** All cases, oldest first. A file that is none goes to `onBad`, and the rest goes on. */
  async list(onBad: (error: Error) => void): Promise<Case[]> {
    const cases: Case[] = [];
    for (const caseId of await this.#ids()) {
      try {
        const one = await this.get(caseId);
        if (one !== null) cases.push(one);
      } catch (error) {
        onBad(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return cases;
  }

  async remove(caseId: string): Promise<void> {
    await rm(this.#path(caseId, 'json'), { force: true });
    await rm(this.#path(caseId, 'eml'), { force: true });
  }

  /** Removes what came longer ago than the retention, and what a crash left half written. Gives the number of cases. */
  async prune(now: Date, retentionDays: number): Promise<number> {
    let removed = 0;
    for (const caseId of await this.#ids()) {
      if (now.getTime() - (timeOfMailId(caseId) ?? 0) <= retentionDays * DAY_MS) continue;
      await this.remove(caseId);
      removed += 1;
    }
    for (const name of await readdir(this.#directory)) {
      const [caseId = '', kind, ...rest] = name.split('.');
      const age = now.getTime() - (timeOfMailId(caseId) ?? now.getTime());
      const torn = rest.at(-1) === 'tmp' || (kind === 'eml' && !existsSync(this.#path(caseId, 'json')));
      if (torn && age > TEMPORARY_MS) await rm(join(this.#directory, name), { force: true });
    }
    return removed;
  }

  async #ids(): Promise<string[]> {
    return (await readdir(this.#directory))
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .filter(isMailId)
      .sort();
  }

  #path(caseId: string, kind: 'json' | 'eml'): string {
    if (!isMailId(caseId)) throw new RangeError(`${JSON.stringify(caseId)} is no id of a case`);
    return join(this.#directory, `${caseId}.${kind}`);
  }

  async #write(path: string, bytes: Buffer): Promise<void> {
    const temporary = `${path}.${process.pid}.tmp`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }
}
