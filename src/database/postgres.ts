import { type Dialect, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { Config } from '../config/schema.ts';

/** int8: milliseconds and sizes, which a number has exactly. */
const INT8 = 20;

/** PostgreSQL over a pool of connections; a commit is on its disk before it is told. */
export function postgresDialect(url: string, { pool, timeoutMs }: Config['database']): Dialect {
  const connections = new Pool({
    connectionString: url,
    max: pool,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 1_000,
    application_name: 'postern',
    options: '-c synchronous_commit=on',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
    },
  });
  // A connection that the server ended while nobody used it: the pool makes another one, and who asks then hears of a fault.
  connections.on('error', () => undefined);
  return new PostgresDialect({ pool: connections });
}

/** The server without password, for messages. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `PostgreSQL at ${host}${pathname}`;
}
