import { join, resolve } from 'node:path';
import { Kysely } from 'kysely';
import type { Config } from '../config/schema.ts';
import { refuseWithoutRows } from '../quarantine/without-rows.ts';
import { StorageError } from '../storage-error.ts';
import { asDatabaseError } from './failures.ts';
import { migrate } from './migration.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { patiently } from './patience.ts';
import { placeOf, postgresDialect } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Everything that several parts, or several gates, share: held mail, users, sessions, links. Closed by `destroy`. */
export type Database = Kysely<Tables>;

/** The file of an embedded database in the folder of the quarantine. */
export const DATABASE_FILE = 'quarantine.sqlite';

/** What messages call it. */
export function databasePlace({ url }: Config['database'], directory: string): string {
  return url === null ? join(resolve(directory), DATABASE_FILE) : placeOf(url);
}

/**
 * Opens PostgreSQL where `url` says so, otherwise SQLite in `directory`, at the newest schema. Throws an Error that names it where it
 * cannot be reached, is damaged, of a newer version, or gone while its mail is there.
 */
export async function openDatabase(config: Config['database'], directory: string): Promise<Database> {
  const place = databasePlace(config, directory);
  if (config.url === null) await refuseWithoutRows(place, resolve(directory));
  const dialect = config.url === null ? sqliteDialect(place) : postgresDialect(config.url, config);
  const database = new Kysely<Tables>({ dialect });
  try {
    await patiently(() =>
      migrate(database.withTables<Record<never, never>>() as Kysely<unknown>, MIGRATIONS),
    );
    return database;
  } catch (error) {
    await database.destroy();
    const known = asDatabaseError(place, error);
    if (known instanceof StorageError) throw known;
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
