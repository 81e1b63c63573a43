import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type Dialect, SqliteAdapter, SqliteDialect } from 'kysely';
import { openSqlite } from '../sqlite.ts';

/** The thread waits so long for another process; `patiently` waits longer, without it. */
const BUSY_MS = 50;

/** More shapes of queries than we have; each statement costs little memory. */
const STATEMENTS = 300;

/** SQLite in one file, each commit durable. Throws an Error that names the path where it is damaged or locked. */
export function sqliteDialect(path: string): Dialect {
  const database = openSqlite(path, {
    migrations: null,
    durability: 'full',
    busyMs: BUSY_MS,
    remedy:
      'Restore it from a backup, or move it away together with the folder mail/ beside it, which has the mail itself.',
  });
  const dialect = new SqliteDialect({ database: new Statements(database) });
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => dialect.createDriver(),
    createIntrospector: (kysely) => dialect.createIntrospector(kysely),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

/** node:sqlite as Kysely wants it, each statement prepared once. */
class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(text: string): Prepared {
    // A transaction that reads first could not write later where another process wrote in between.
    const sql = text === 'begin' ? 'begin immediate' : text;
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const made = new Prepared(this.#database.prepare(sql));
    if (this.#prepared.size >= STATEMENTS) this.#prepared.clear();
    this.#prepared.set(sql, made);
    return made;
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }
}

class Prepared {
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...parameters.map(inputOf));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...parameters.map(inputOf));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...parameters.map(inputOf));
  }
}

function inputOf(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} cannot be a value of a row`);
}
