import { join } from 'node:path';
import { Brands } from './lists/brands.ts';
import { DomainSet } from './lists/domain-set.ts';
import { ListError, readList } from './lists/list-file.ts';
import { People } from './lists/people.ts';
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
  readonly redirectors: Redirectors;
  readonly people: People;
  readonly vocabulary: Vocabulary;
}

/**
 * Reads the folder of lists, and the file of protected people (null: nobody). Throws ListError that names file and line.
 */
export function loadLists(folder: string, people: string | null): Lists {
  const domains = (name: string) => DomainSet.load(join(folder, name));
  const suspiciousTlds = loadTlds(join(folder, 'suspicious-tlds.txt'));
  return {
    brands: Brands.load(join(folder, 'brands.txt'), suspiciousTlds),
    freemail: domains('freemail.txt'),
    disposable: domains('disposable.txt'),
    shorteners: domains('shorteners.txt'),
    fileSharing: domains('file-sharing.txt'),
    freeHosting: domains('free-hosting.txt'),
    suspiciousTlds,
    redirectors: Redirectors.load(join(folder, 'redirectors.txt')),
    people: people === null ? new People([]) : People.load(people),
    vocabulary: Vocabulary.load(join(folder, 'words')),
  };
}

function loadTlds(path: string): DomainSet {
  return new DomainSet(
    readList(path).map(({ text, at }) => {
      if (!/^[a-z0-9-]{2,63}$/.test(text)) {
        throw new ListError(
          `${at}: ${JSON.stringify(text)} is not a top-level domain in lower case without the dot`,
        );
      }
      return text;
    }),
  );
}
