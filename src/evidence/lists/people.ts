import { wordsOf } from '../text/words.ts';
import { ListError, readList } from './list-file.ts';

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

  constructor(people: readonly Person[]) {
    for (const person of people) this.#byName.set(keyOf(person.name), person);
  }

  /** Lines of `name,addresses separated by a space,role`. Throws ListError. */
  static load(path: string): People {
    return new People(
      readList(path).map(({ text, at }) => {
        const [name = '', addresses = '', role = '', ...more] = text.split(',').map((field) => field.trim());
        if (more.length > 0) throw new ListError(`${at}: more than three fields`);
        if (wordsOf(name, NAME_WORDS).length < 2) throw new ListError(`${at}: a name has at least two words`);
        const list = addresses.split(/\s+/).filter((address) => address !== '');
        const wrong = list.find((address) => !/^[^@\s]+@[^@\s]+$/.test(address));
        if (wrong !== undefined) throw new ListError(`${at}: ${JSON.stringify(wrong)} is not an address`);
        return { name, addresses: list.map((address) => address.toLowerCase()), role };
      }),
    );
  }

  /** The protected person that a display name names; null for none. */
  named(displayName: string): Person | null {
    return this.#byName.get(keyOf(displayName)) ?? null;
  }
}

function keyOf(name: string): string {
  return wordsOf(name, NAME_WORDS).sort().join(' ');
}
