import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** What DuckDB takes of memory; beyond it, it uses a folder of its own, which is removed. A gate may run beside it. */
const MEMORY = '2GB';

/** Two threads leave the gate its share of a small machine. */
const THREADS = '2';

/** A DuckDB in memory, in UTC, that fetches no extensions. What it needs is put on the stack. */
export async function startEngine(stack: AsyncDisposableStack): Promise<DuckDBConnection> {
  const spill = await mkdtemp(join(tmpdir(), 'postern-data-'));
  stack.defer(() => rm(spill, { recursive: true, force: true }));
  const instance = await DuckDBInstance.create(':memory:', {
    threads: THREADS,
    memory_limit: MEMORY,
    temp_directory: spill,
  });
  stack.defer(() => instance.closeSync());
  const connection = await instance.connect();
  stack.defer(() => connection.closeSync());
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run('SET autoinstall_known_extensions = false');
  await connection.run('SET autoload_known_extensions = false');
  return connection;
}
