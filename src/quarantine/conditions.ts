import { type RawBuilder, sql } from 'kysely';
import type { DialectName } from '../database/dialect.ts';
import { addressKeys, keyOf, storable } from './keys.ts';
import type { HeldQuery, HeldState } from './quarantine.ts';
import type { Scope } from './scope.ts';
import { askedWords, RECIPIENT_MARK } from './words.ts';

export type Condition = RawBuilder<unknown>;

/** Whether the row `f` of `held_fate` is in scope. */
export function inScope(scope: Scope): Condition {
  return covered(scope, sql`f.address_key`, sql`f.domain_key`);
}

/** The same where the rows of one message are at hand: an expression keeps the database from an index of all messages of the domain. */
export function inScopeOfMessage(scope: Scope): Condition {
  return covered(scope, sql`coalesce(f.address_key, '')`, sql`coalesce(f.domain_key, '')`);
}

function covered({ domains, address }: Scope, addressKey: Condition, domainKey: Condition): Condition {
  const conditions: Condition[] = [sql`1 = 1`];
  if (address !== null) conditions.push(sql`${addressKey} = ${addressKeys(address).address}`);
  if (domains !== null) conditions.push(oneOf(domainKey, domains));
  return all(conditions);
}

export function isWhole({ domains, address }: Scope): boolean {
  return domains === null && address === null;
}

/** How much of all a query asks for: it decides which index leads, and nothing else. */
export interface Shares {
  /** Messages for the recipients that are asked for. */
  readonly recipients: 'few' | 'most';
  /** Messages that have the words. */
  readonly words: 'few' | 'most';
}

/** All conditions of a query on the row `h` of `held`. Everything that somebody typed is a bound parameter. */
export function conditionsOf(query: HeldQuery, dialect: DialectName, shares: Shares): Condition {
  const { scope, category, since, until, minScore, maxScore, likeness, sender } = query;
  const conditions: Condition[] = [fateCondition(query, shares.recipients)];
  if (category !== undefined) conditions.push(sql`h.category = ${storable(category)}`);
  if (since !== undefined) conditions.push(sql`h.held_at >= ${since.getTime()}`);
  if (until !== undefined) conditions.push(sql`h.held_at < ${until.getTime()}`);
  if (minScore !== undefined) conditions.push(sql`h.score >= ${minScore}`);
  if (maxScore !== undefined) conditions.push(sql`h.score <= ${maxScore}`);
  if (sender !== undefined) conditions.push(sql`h.sender_key LIKE ${part(keyOf(sender))} ESCAPE '\\'`);
  if (likeness !== undefined)
    conditions.push(sql`h.id IN (SELECT l.id FROM held_likeness l WHERE l.likeness = ${storable(likeness)})`);
  if (query.asked) conditions.push(askedFor(scope));
  if (query.text !== undefined) conditions.push(...textConditions(query.text, scope, { dialect, ...shares }));
  return all(conditions);
}

/** What is expired has no recipients any more, so that nobody but who sees everything sees that it was there. */
function fateCondition({ scope, states, recipient }: HeldQuery, share: 'few' | 'most'): Condition {
  const own: Condition[] = [share === 'most' ? inScopeOfMessage(scope) : inScope(scope)];
  if (states !== undefined) own.push(oneOf(sql`f.state`, states));
  if (recipient !== undefined) own.push(sql`f.address_key = ${addressKeys(recipient).address}`);
  // From the index where few messages are meant; one look per message where most are.
  const some =
    share === 'most'
      ? sql`EXISTS (SELECT 1 FROM held_fate f WHERE f.id = h.id AND ${all(own)})`
      : sql`h.id IN (SELECT f.id FROM held_fate f WHERE ${all(own)})`;
  const expired = states === undefined || states.includes('expired');
  if (!isWhole(scope) || recipient !== undefined || !expired) return some;
  return sql`(h.expired_at IS NOT NULL OR ${some})`;
}

/** Few messages are asked for: from their own table. */
function askedFor(scope: Scope): Condition {
  return sql`h.id IN (SELECT r.mail_id FROM release_requests r
    JOIN held_fate f ON f.id = r.mail_id AND f.address_key = r.recipient
    WHERE f.state = 'held' AND ${inScopeOfMessage(scope)})`;
}

interface Searched extends Shares {
  readonly dialect: DialectName;
}

function textConditions(text: string, scope: Scope, searched: Searched): Condition[] {
  const words = askedWords(text);
  if (words.length === 0) return [];
  const anywhere = isFound(anywhereOf(words), searched);
  if (isWhole(scope)) return [anywhere];
  // Recipients of other domains must not be found by trying their names: what is found is looked at again.
  const own = words.map(
    (word) => sql`(${isFound([[word]], searched)} OR EXISTS (SELECT 1 FROM held_fate f
      WHERE f.id = h.id AND ${inScopeOfMessage(scope)} AND f.address_key LIKE ${part(word)} ESCAPE '\\'))`,
  );
  return [anywhere, ...own];
}

/** Rows of all messages with the words, in whatever field; null for a text without words. */
export function foundAnywhere(text: string, dialect: DialectName): Condition | null {
  const words = askedWords(text);
  return words.length === 0 ? null : numbersOf(anywhereOf(words), dialect);
}

function anywhereOf(words: readonly string[]): string[][] {
  return words.map((word) => [word, `${RECIPIENT_MARK}${word}`]);
}

function isFound(lists: readonly (readonly string[])[], { dialect, recipients, words }: Searched): Condition {
  // With the plus another index leads, and each of its rows is looked for among those found: where ids lead, SQLite would look up every
  // pair of an id and a number that was found, and where most have the word, all of them would be sorted for one page.
  const number = recipients === 'few' || words === 'most' ? sql`+h.number` : sql`h.number`;
  const found = sql`${number} IN (${numbersOf(lists, dialect)})`;
  if (dialect === 'sqlite' || recipients === 'most') return found;
  // Of few messages PostgreSQL reads the words of each sooner than it gathers all that have them.
  return sql`EXISTS (SELECT 1 FROM held_words w WHERE w.number = h.number AND w.words @@ CAST(${askedOf(lists, dialect)} AS tsquery))`;
}

function numbersOf(lists: readonly (readonly string[])[], dialect: DialectName): Condition {
  const asked = askedOf(lists, dialect);
  if (dialect === 'sqlite') return sql`SELECT rowid FROM held_words WHERE held_words MATCH ${asked}`;
  return sql`SELECT number FROM held_words WHERE words @@ CAST(${asked} AS tsquery)`;
}

/**
 * One word or beginning of each list, in the language of the search. Words have letters and digits alone, so quotes around them are all
 * that these languages need.
 */
function askedOf(lists: readonly (readonly string[])[], dialect: DialectName): string {
  const [quote, beginning, or, and] =
    dialect === 'sqlite' ? ['"', '*', ' OR ', ' AND '] : ["'", ':*', ' | ', ' & '];
  return lists
    .map((words) => `(${words.map((word) => `${quote}${word}${quote}${beginning}`).join(or)})`)
    .join(and);
}

function part(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

export function all(conditions: readonly Condition[]): Condition {
  return sql.join([...conditions], sql` AND `);
}

export function oneOf(column: Condition, values: readonly (string | HeldState)[]): Condition {
  return values.length === 0 ? sql`1 = 0` : sql`${column} IN (${sql.join([...values])})`;
}
