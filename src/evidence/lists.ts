import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Brands } from './lists/brands.ts';
import { DomainSet } from './lists/domain-set.ts';
import { hostOf, ListError, type ListLine, readList } from './lists/list-file.ts';
import { People } from './lists/people.ts';
import { Popularity } from './lists/popularity.ts';
import { Redirectors } from './lists/redirectors.ts';
import { Vocabulary } from './lists/vocabulary.ts';

export { ListError } from './lists/list-file.ts';

/** What is known beforehand: plain files that an administrator may edit. */
export interface Lists {
  readonly brands: Brands;
  readonly freemail: DomainSet;
  readonly disposable: DomainSet;
  readonly shorteners: DomainSet;
  readonly fileSharing: DomainSet;
  readonly freeHosting: DomainSet;
  readonly suspiciousTlds: DomainSet;
  readonly popularity: Popularity;
  readonly redirectors: Redirectors;
  readonly people: People;
  readonly vocabulary: Vocabulary;
}

/**
 * Reads the folder of lists, and the file of protected people (null: nobody). Lines of a file of the same name in the
 * `local` folder are added to those of the list. Throws ListError that names file and line.
 */
export function loadLists(folder: string, people: string | null, local: string | null = null): Lists {
  const lines = (name: string) => [...readList(join(folder, name)), ...localLines(local, name)];
  const domains = (name: string) => new DomainSet(lines(name).map(({ text, at }) => hostOf(text, at)));
  const suspiciousTlds = new DomainSet(lines('suspicious-tlds.txt').map(tldOf));
  return {
    brands: new Brands(lines('brands.txt'), suspiciousTlds),
    freemail: domains('freemail.txt'),
    disposable: domains('disposable.txt'),
    shorteners: domains('shorteners.txt'),
    fileSharing: domains('file-sharing.txt'),
    freeHosting: domains('free-hosting.txt'),
    suspiciousTlds,
    popularity: new Popularity(lines('popular.txt')),
    redirectors: new Redirectors(lines('redirectors.txt')),
    people: people === null ? new People([]) : People.load(people),
    vocabulary: Vocabulary.load(join(folder, 'words')),
  };
}

/** One list of domains alone, for those who need no more. Throws ListError that names file and line. */
export function loadDomains(name: string, folder: string, local: string | null): DomainSet {
  const lines = [...readList(join(folder, name)), ...localLines(local, name)];
  return new DomainSet(lines.map(({ text, at }) => hostOf(text, at)));
}

/** The local folder has only the files that its owner wants; the folder itself must be there. */
function localLines(local: string | null, name: string): ListLine[] {
  if (local === null) return [];
  if (!existsSync(local)) throw new ListError(`${local}: cannot be read`);
  const path = join(local, name);
  return existsSync(path) ? readList(path) : [];
}

function tldOf({ text, at }: ListLine): string {
  if (!/^[a-z0-9-]{2,63}$/.test(text)) {
    throw new ListError(
      `${at}: ${JSON.stringify(text)} is not a top-level domain in lower case without the dot`,
    );
  }
  return text;
}
