import { afterAll, beforeAll, describe } from 'vitest';
import { type PostgresServer, postgresRequirement, startPostgres } from '../database/postgres.ts';
import { describeWith } from '../describe-with.ts';
import { describeSending } from './send-suite.ts';

describe('C2 letters and their links, rows in SQLite', () => describeSending(() => null));

describeWith(postgresRequirement, 'letters, rows in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.close());

  describeSending(() => server.url);
});
