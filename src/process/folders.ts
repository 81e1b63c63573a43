import { chownSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/schema.ts';
import { Mistake } from '../mistake.ts';
import type { Account } from './account.ts';

const FOLDER_MODE = 0o700;
const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
const READABLE_BY_ALL = 0o005;
/** In a folder with this bit everybody may write, but rename or remove only what is theirs: /tmp. */
const STICKY = 0o1000;

/** Where mail, addresses and decisions are kept. */
export function stateFolders({ gate, quarantine, reputation, ledger }: Config): string[] {
  return [...new Set([gate.spool, quarantine.directory, dirname(reputation.file), ledger.directory])];
}

/**
 * As root: makes the first missing folder on the way to each, and gives it to `owner`, who makes the rest. Only below folders that
 * root alone can change: elsewhere another could swap what was just made for something else, and get that as a present.
 */
export function giveFolders(folders: readonly string[], owner: Account): void {
  for (const folder of folders) {
    const missing = firstMissing(folder);
    if (missing === null || !ancestors(missing).every(isRootsAlone)) continue;
    mkdirSync(missing, { mode: FOLDER_MODE });
    chownSync(missing, owner.uid, owner.gid);
  }
}

function firstMissing(folder: string): string | null {
  if (existsSync(folder)) return null;
  const parent = dirname(folder);
  return existsSync(parent) ? folder : firstMissing(parent);
}

function isRootsAlone(folder: string): boolean {
  const { uid, mode } = statSync(folder);
  const isShared = (mode & (WRITABLE_BY_GROUP | WRITABLE_BY_ALL)) !== 0;
  return uid === 0 && (!isShared || (mode & STICKY) !== 0);
}

/**
 * Makes folders that are missing, 0700, and looks who else may write or read where mail is kept. Throws a Mistake where others could
 * replace mail; gives a sentence for each folder that they could look into, or that a group could change.
 */
export function prepareFolders(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    makeFolder(folder);
    const path = realpathSync(folder);
    refuseStrangers(path);
    return warningOf(path);
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error;
    throw new Mistake(
      `${folder}: cannot be made by user ${process.getuid?.()} (${why}): make it, and give it to that user`,
      {
        cause: error,
      },
    );
  }
}

function refuseStrangers(folder: string): void {
  const { mode, uid } = statSync(folder);
  const us = process.getuid?.() ?? uid;
  if ((mode & WRITABLE_BY_ALL) !== 0) {
    throw new Mistake(
      `${folder}: everybody may write in it (mode ${octal(mode)}), so mail in it could be replaced: chmod 700`,
    );
  }
  if (uid !== us && us !== 0) {
    throw new Mistake(
      `${folder}: belongs to user ${uid}, who could replace mail in it, and Postern runs as ${us}: chown it`,
    );
  }
  const open = ancestors(folder).find((above) => isOpen(statSync(above).mode));
  if (open === undefined) return;
  throw new Mistake(
    `${folder}: everybody may write in ${open}, so the folder could be replaced: chmod o-w ${open}`,
  );
}

function isOpen(mode: number): boolean {
  return (mode & WRITABLE_BY_ALL) !== 0 && (mode & STICKY) === 0;
}

function warningOf(folder: string): string[] {
  const { mode } = statSync(folder);
  if ((mode & WRITABLE_BY_GROUP) !== 0)
    return [`${folder}: its group may write in it (mode ${octal(mode)}): chmod 700`];
  if ((mode & READABLE_BY_ALL) !== 0)
    return [`${folder}: everybody may look into it (mode ${octal(mode)}): chmod 700`];
  return [];
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [] : [parent, ...ancestors(parent)];
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
