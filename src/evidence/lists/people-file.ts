import { readFileSync } from 'node:fs';
import { wordsOf } from '../text/words.ts';
import { ListError, readList } from './list-file.ts';
import type { Person } from './people.ts';

/** An attribute of a person, as directories and their exports call it. */
type Column = 'displayName' | 'commonName' | 'mail' | 'role';

const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['displayname', 'displayName'],
  ['name', 'displayName'],
  ['cn', 'commonName'],
  ['mail', 'mail'],
  ['email', 'mail'],
  ['emailaddress', 'mail'],
  ['mailalternateaddress', 'mail'],
  ['proxyaddresses', 'mail'],
  ['title', 'role'],
  ['role', 'role'],
]);

type Entry = Readonly<Partial<Record<Column, string>>>;

/**
 * People of a file: our own lines (`name,addresses separated by a space,role`), CSV or semicolons under a line with the
 * names of columns, or LDIF. An export holds more than people: its entries whose name is a single word, or that have no
 * address, are left out; in our own lines they are mistakes. Throws ListError.
 */
export function readPeople(path: string): Person[] {
  const lines = readList(path);
  const first = lines[0]?.text.replace(/^\uFEFF/, '') ?? '';
  if (/^(?:dn|version)::? /i.test(first)) return exported(ldifEntries(readFileSync(path, 'utf8')));
  const table = headingOf(first);
  if (table === null) return lines.map(({ text, at }) => ownLine(text, at));
  return exported(lines.slice(1).map(({ text, at }) => tableEntry(text, at, table)));
}

/** A name of one word is found in too many names to be protected. */
function isWholeName(name: string): boolean {
  return wordsOf(name, 2).length === 2;
}

const ADDRESS = /^[^@\s]+@[^@\s]+$/;

function ownLine(text: string, at: string): Person {
  const [name = '', addresses = '', role = '', ...more] = text.split(',').map((field) => field.trim());
  if (more.length > 0) throw new ListError(`${at}: more than three fields`);
  if (!isWholeName(name)) throw new ListError(`${at}: a name has at least two words`);
  const list = addresses.split(/\s+/).filter((address) => address !== '');
  const wrong = list.find((address) => !ADDRESS.test(address));
  if (wrong !== undefined) throw new ListError(`${at}: ${JSON.stringify(wrong)} is not an address`);
  return { name, addresses: list.map((address) => address.toLowerCase()), role };
}

function exported(entries: readonly Entry[]): Person[] {
  return entries.flatMap(({ displayName, commonName, mail = '', role = '' }) => {
    const name = displayName || commonName || '';
    const addresses = addressesIn(mail);
    return isWholeName(name) && addresses.length > 0 ? [{ name, addresses, role }] : [];
  });
}

/** Active Directory writes `SMTP:` before an address, and other prefixes before what is none. */
function addressesIn(text: string): string[] {
  return text
    .split(/[\s,;|]+/)
    .map((part) => part.replace(/^smtp:/i, '').toLowerCase())
    .filter((part) => ADDRESS.test(part) && !part.includes(':'));
}

interface Table {
  readonly delimiter: string;
  readonly columns: readonly (Column | null)[];
}

/** Null where the line does not name at least the column of names and that of addresses. */
function headingOf(line: string): Table | null {
  const delimiter = /[;,\t]/.exec(line)?.[0];
  if (delimiter === undefined) return null;
  const columns = fieldsOf(line, delimiter).map((field) => COLUMNS.get(field.toLowerCase()) ?? null);
  const named = columns.includes('displayName') || columns.includes('commonName');
  return named && columns.includes('mail') ? { delimiter, columns } : null;
}

function tableEntry(text: string, at: string, { delimiter, columns }: Table): Entry {
  const fields = fieldsOf(text, delimiter);
  if (fields.length > columns.length) {
    throw new ListError(`${at}: ${fields.length} fields under ${columns.length} columns`);
  }
  const entry: Partial<Record<Column, string>> = {};
  columns.forEach((column, index) => {
    if (column !== null) entry[column] = joined(entry[column], fields[index] ?? '');
  });
  return entry;
}

/** Fields, in quotes where they hold the delimiter; a quote in quotes is doubled (RFC 4180). */
function fieldsOf(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quoted && char === '"' && line[at + 1] === '"') {
      field += '"';
      at++;
    } else if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      fields.push(field.trim());
      field = '';
    } else field += char;
  }
  return [...fields, field.trim()];
}

/** LDIF (RFC 2849): entries after empty lines, `name: value`, base64 after two colons, long lines folded. */
function ldifEntries(text: string): Entry[] {
  const unfolded = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\n /g, '');
  return unfolded.split(/\n{2,}/).map((block) => {
    const entry: Partial<Record<Column, string>> = {};
    for (const line of block.split('\n')) {
      const [, name = '', base64, value = ''] = /^([a-z][a-z0-9-]*)(?:;[^:]*)?:(:)? *(.*)$/i.exec(line) ?? [];
      const column = COLUMNS.get(name.toLowerCase());
      if (column === undefined) continue;
      const said = base64 === undefined ? value : Buffer.from(value, 'base64').toString('utf8');
      entry[column] = joined(entry[column], said.trim());
    }
    return entry;
  });
}

/** A second mail is another address; a second name or title says nothing new. */
function joined(known: string | undefined, value: string): string {
  if (known === undefined || known === '') return value;
  return value.includes('@') ? `${known} ${value}` : known;
}
