import { type Kysely, sql } from 'kysely';
import { type DialectName, dialectOf } from './dialect.ts';

/** A change of the schema: a file of `migrations/`, numbered, never edited once it was released. */
export interface Migration {
  /** As its file: `001-held`. */
  readonly name: string;
  up(database: Kysely<unknown>, dialect: DialectName): Promise<void>;
}

/** Any number of our own: whoever migrates the same PostgreSQL database waits for the other. */
const ADVISORY_LOCK = 7_305_101;

/**
 * Runs those that did not run yet, all or none. Two processes may do so at once: the second waits, and finds nothing to do. Throws
 * where the database has one that this version does not know.
 */
export async function migrate(database: Kysely<unknown>, migrations: readonly Migration[]): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const dialect = dialectOf(transaction);
    if (dialect === 'postgres')
      await sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(transaction);
    await sql`CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)`.execute(transaction);
    const { rows } = await sql<{ name: string }>`SELECT name FROM migration`.execute(transaction);
    const done = new Set(rows.map(({ name }) => name));
    const unknown = [...done].find((name) => !migrations.some((one) => one.name === name));
    if (unknown !== undefined)
      throw new Error(`its schema has ${unknown}, which this version of Postern does not know`);
    for (const { name, up } of migrations) {
      if (done.has(name)) continue;
      await up(transaction, dialect);
      await sql`INSERT INTO migration (name) VALUES (${name})`.execute(transaction);
    }
  });
}
