import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { openQuarantine } from '../../src/quarantine/disk.ts';
import { WHOLE } from '../../src/quarantine/scope.ts';
import { type PostgresServer, postgresRequirement, startPostgres } from '../database/postgres.ts';
import { describeWith } from '../describe-with.ts';
import { exampleDecision, exampleMail } from '../ledger/example-decision.ts';
import { describeRows } from './rows-suite.ts';

describe('in SQLite', () => describeRows(() => null));

describeWith(postgresRequirement, 'in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.close());

  describeRows(() => server.url);

  test('F3 PostgreSQL that is gone makes holding fail, and all goes on when it is back', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'postern-rows-'));
    const config = configSchema.parse({ quarantine: { directory }, database: { url: server.url } });
    const quarantine = await openQuarantine(config, createMetrics());
    const mail = exampleMail();
    const hold = () => quarantine.hold(mail, exampleDecision(mail), ['pat@example.org']);
    await server.stop();
    await expect(hold()).rejects.toMatchObject({ name: 'StorageError', problem: 'failed' });
    await server.start();
    await hold();
    expect(await quarantine.get(mail.id, WHOLE)).toMatchObject({ state: 'held' });
    await quarantine.close();
    rmSync(directory, { recursive: true });
  }, 60_000);
});
