import { afterAll, beforeAll, describe } from 'vitest';
import { type PostgresServer, postgresRequirement, startPostgres } from '../../database/postgres.ts';
import { describeWith } from '../../describe-with.ts';
import { describeActions } from './actions-suite.ts';

describe('held mail in SQLite', () => describeActions(() => null));

describeWith(postgresRequirement, 'held mail in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.close());
  describeActions(() => server.url);
});
