import { wordsOf } from '../text/words.ts';
import { readPeople } from './people-file.ts';

export interface Person {
  readonly name: string;
  /** Lower case. */
  readonly addresses: readonly string[];
  readonly role: string;
}

/** A name in more words than this is not one. */
const NAME_WORDS = 8;

/** People whose names are protected: found whatever the order of the words ("Doe, Jane"). */
export class People {
  readonly #byName = new Map<string, Person>();

  /** Two people of one name are one entry with the addresses of both: neither pretends to be the other. */
  constructor(people: readonly Person[]) {
    for (const person of people) {
      const key = keyOf(person.name);
      const first = this.#byName.get(key) ?? person;
      const addresses = [...new Set([...first.addresses, ...person.addresses])];
      this.#byName.set(key, { ...first, addresses });
    }
  }

  /** Reads a file in one of the forms of docs/people.md. Throws ListError. */
  static load(path: string): People {
    return new People(readPeople(path));
  }

  /** The protected person that a display name names; null for none. */
  named(displayName: string): Person | null {
    return this.#byName.get(keyOf(displayName)) ?? null;
  }
}

function keyOf(name: string): string {
  return wordsOf(name, NAME_WORDS).sort().join(' ');
}
