import { type RawBuilder, sql } from 'kysely';
import type { DialectName } from '../database/dialect.ts';
import { addressKeys, keyOf, storable } from './keys.ts';
import type { HeldQuery, HeldState } from './quarantine.ts';
import type { Scope } from './scope.ts';
import { askedWords, RECIPIENT_MARK } from './words.ts';

export type Condition = RawBuilder<unknown>;

/** Whether the row `f` of `held_fate` is in scope. */
export function inScope({ domains, address }: Scope): Condition {
  const conditions: Condition[] = [sql`1 = 1`];
  if (address !== null) conditions.push(sql`f.address_key = ${addressKeys(address).address}`);
  if (domains !== null) conditions.push(oneOf(sql`f.domain_key`, domains));
  return all(conditions);
}

export function isWhole({ domains, address }: Scope): boolean {
  return domains === null && address === null;
}

/** All conditions of a query on the row `h` of `held`. Everything that somebody typed is a bound parameter. */
export function conditionsOf(query: HeldQuery, dialect: DialectName): Condition {
  const { scope, category, since, until, minScore, maxScore, likeness, sender } = query;
  const conditions: Condition[] = [fateCondition(query)];
  if (category !== undefined) conditions.push(sql`h.category = ${storable(category)}`);
  if (since !== undefined) conditions.push(sql`h.held_at >= ${since.getTime()}`);
  if (until !== undefined) conditions.push(sql`h.held_at < ${until.getTime()}`);
  if (minScore !== undefined) conditions.push(sql`h.score >= ${minScore}`);
  if (maxScore !== undefined) conditions.push(sql`h.score <= ${maxScore}`);
  if (sender !== undefined) conditions.push(sql`h.sender_key LIKE ${part(keyOf(sender))} ESCAPE '\\'`);
  if (likeness !== undefined)
    conditions.push(sql`h.id IN (SELECT l.id FROM held_likeness l WHERE l.likeness = ${storable(likeness)})`);
  if (query.text !== undefined) conditions.push(...textConditions(query.text, scope, dialect));
  return all(conditions);
}

/** What is expired has no recipients any more, so that nobody but who sees everything sees that it was there. */
function fateCondition({ scope, states, recipient }: HeldQuery): Condition {
  const own: Condition[] = [inScope(scope)];
  if (states !== undefined) own.push(oneOf(sql`f.state`, states));
  if (recipient !== undefined) own.push(sql`f.address_key = ${addressKeys(recipient).address}`);
  // From the index where few messages are meant; one look per message where most are.
  const some =
    isWhole(scope) && recipient === undefined
      ? sql`EXISTS (SELECT 1 FROM held_fate f WHERE f.id = h.id AND ${all(own)})`
      : sql`h.id IN (SELECT f.id FROM held_fate f WHERE ${all(own)})`;
  const expired = states === undefined || states.includes('expired');
  if (!isWhole(scope) || recipient !== undefined || !expired) return some;
  return sql`(h.expired_at IS NOT NULL OR ${some})`;
}

function textConditions(text: string, scope: Scope, dialect: DialectName): Condition[] {
  return askedWords(text).map((word) => {
    if (isWhole(scope)) return matches([word, `${RECIPIENT_MARK}${word}`], dialect);
    // Recipients of other domains must not be found by trying their names.
    return sql`(${matches([word], dialect)} OR EXISTS (SELECT 1 FROM held_fate f
      WHERE f.id = h.id AND ${inScope(scope)} AND f.address_key LIKE ${part(word)} ESCAPE '\\'))`;
  });
}

/** Words have letters and digits alone, so quotes around them are all that the languages of searches need. */
function matches(words: readonly string[], dialect: DialectName): Condition {
  if (dialect === 'sqlite') {
    const asked = words.map((word) => `"${word}"*`).join(' OR ');
    return sql`h.number IN (SELECT rowid FROM held_words WHERE held_words MATCH ${asked})`;
  }
  const asked = words.map((word) => `'${word}':*`).join(' | ');
  return sql`h.number IN (SELECT number FROM held_words WHERE words @@ CAST(${asked} AS tsquery))`;
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
