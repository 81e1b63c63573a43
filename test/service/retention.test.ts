import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { pruneDatabase, RETENTION } from '../../src/database/retention.ts';
import { newMailId } from '../../src/mail/id.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { type OpenQuarantine, openQuarantine } from '../../src/quarantine/disk.ts';
import { sweepAll } from '../../src/service/retention.ts';
import { EXAMPLE_BYTES, exampleDecision, exampleMail } from '../ledger/example-decision.ts';
import { type Bucket, startBucket } from '../quarantine/mail/bucket.ts';

const DAY_MS = 86_400_000;
const THEN = new Date('2026-03-01T12:00:00Z');
/** Twice the retention and a day: the rows of what expired go, too. */
const LATER = new Date(THEN.getTime() + 61 * DAY_MS);
/** What the message, its envelope and the people of the tables below are told by. */
const PERSONAL = ['orla@shop.example', 'Your parcel', 'pat@example.org', 'asks for a parcel fee'];

let folder: string;
let bucket: Bucket;
let now: Date;

beforeAll(async () => {
  bucket = await startBucket();
});
afterAll(() => bucket.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-retention-'));
  now = THEN;
});
afterEach(() => rmSync(folder, { recursive: true }));

function configOf(store: string) {
  const s3 = bucket.config();
  return configSchema.parse({
    quarantine: { directory: join(folder, 'q'), retentionDays: 30, mail: { store, s3 } },
  });
}

async function tablesOf({ database }: OpenQuarantine): Promise<Map<string, readonly object[]>> {
  const tables = await database.introspection.getTables();
  const rows = new Map<string, readonly object[]>();
  for (const { name } of tables) {
    const found = await sql<object>`SELECT * FROM ${sql.table(name)}`.execute(database);
    rows.set(name, found.rows);
  }
  return rows;
}

function holdsPersonal(rows: readonly object[]): string[] {
  const texts = rows.flatMap((row) =>
    Object.values(row).map((value) => {
      if (!(value instanceof Uint8Array)) return String(value);
      const isGzip = value[0] === 0x1f && value[1] === 0x8b;
      return (isGzip ? gunzipSync(value) : Buffer.from(value)).toString('latin1');
    }),
  );
  return PERSONAL.filter((one) => texts.some((text) => text.includes(one)));
}

describe('held mail', () => {
  test.each(['disk', 's3', 'database'])(
    'C8 in the store %s goes with its rows, words and record',
    async (store) => {
      const config = configOf(store);
      const quarantine = await openQuarantine(config, createMetrics(), () => now);
      const mail = exampleMail();
      await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
      const before = await tablesOf(quarantine);
      expect(holdsPersonal([...before.values()].flat())).not.toEqual([]);
      expect(Buffer.concat(await (await quarantine.content(mail.id)).stream().toArray())).toEqual(
        EXAMPLE_BYTES,
      );

      now = new Date(THEN.getTime() + 30 * DAY_MS + 1);
      expect(await quarantine.expire(now)).toBe(1);
      const after = await tablesOf(quarantine);
      for (const [table, rows] of after) expect(holdsPersonal(rows), table).toEqual([]);
      expect(mailsIn(folder)).toEqual([]);
      expect(mailsIn(bucket.directory)).toEqual([]);
      expect(after.get('mail_part')).toEqual([]);

      now = LATER;
      await quarantine.expire(now);
      for (const [table, rows] of await tablesOf(quarantine))
        if (/^held|^mail/.test(table) && !/_(?:config|data|idx|docsize|content)$/.test(table))
          expect(rows, table).toEqual([]);
      await quarantine.close();
    },
  );
});

describe('the database', () => {
  test('C8 every table has a rule, and one sweep removes what the rules name', async () => {
    const config = configOf('disk');
    const quarantine = await openQuarantine(config, createMetrics(), () => now);
    const { database } = quarantine;
    const names = [...(await tablesOf(quarantine)).keys()].filter(
      (name) => !/^migration$|^held_words/.test(name),
    );
    expect(names.sort()).toEqual(Object.keys(RETENTION).sort());

    const at = THEN.toISOString();
    const [expires_at, fresh] = [at, new Date(LATER.getTime() + DAY_MS).toISOString()];
    const user = { name: 'pat', password: null, role: 'viewer', domains: null, address: 'pat@example.org' };
    const account = { language: null, identity: null, disabled: 0, created_at: at, created_by: 'orla' };
    await database
      .insertInto('users')
      .values({ ...user, ...account })
      .execute();
    const session = { user_name: 'pat', form_token: 't', created_at: at, seen_at: at, client: '192.0.2.1' };
    const token = { user_name: 'pat', role: 'viewer', domains: null, created_at: at, used_at: null };
    const link = {
      mail_id: newMailId(),
      recipient: 'pat@example.org',
      action: 'off',
      used_at: null,
    } as const;
    await database
      .insertInto('sessions')
      .values([
        { ...session, id: 'old', expires_at },
        { ...session, id: 'new', expires_at: fresh },
      ])
      .execute();
    await database
      .insertInto('api_tokens')
      .values([
        { ...token, id: 'old', hash: '1', name: 'a', expires_at },
        { ...token, id: 'new', hash: '2', name: 'b', expires_at: fresh },
        { ...token, id: 'always', hash: '3', name: 'c', expires_at: null },
      ])
      .execute();
    await database.insertInto('login_attempts').values({ id: 'old', key: 'k', at }).execute();
    await database
      .insertInto('digest_links')
      .values([
        { ...link, hash: 'old', expires_at },
        { ...link, hash: 'new', expires_at: fresh },
      ])
      .execute();
    await database
      .insertInto('digests')
      .values({ recipient: 'pat@example.org', day: at.slice(0, 10), state: 'sent', covered_until: at })
      .execute();
    await database
      .insertInto('release_requests')
      .values({ mail_id: newMailId(), recipient: 'pat@example.org', asked_at: at })
      .execute();

    expect(await pruneDatabase(database, LATER, config)).toBe(6);
    const left = await tablesOf(quarantine);
    const idsOf = (table: string) => left.get(table)?.map((row) => Object.values(row)[0]);
    expect(idsOf('sessions')).toEqual(['new']);
    expect(idsOf('api_tokens')?.sort()).toEqual(['always', 'new']);
    expect(idsOf('digest_links')).toEqual(['new']);
    for (const table of ['login_attempts', 'digests', 'release_requests'])
      expect(left.get(table), table).toEqual([]);
    expect(await pruneDatabase(database, LATER, config)).toBe(0);
    await quarantine.close();
  });
});

describe('the sweep', () => {
  test('C8 goes on where one store is away, and says which', async () => {
    const path = join(folder, 'log');
    writeFileSync(path, '');
    const log = pino(pino.destination({ dest: path, sync: true }));
    const done: string[] = [];
    const gone = async () => {
      throw new Error('bucket postern: connect ECONNREFUSED');
    };
    const sweeps = [
      { store: 'quarantine', run: gone },
      { store: 'cases', run: async () => done.push('cases') },
    ];
    await sweepAll(sweeps, LATER, log);
    expect(done).toEqual(['cases']);
    expect(readFileSync(path, 'utf8')).toMatch(/retention_failed.*"store":"quarantine".*ECONNREFUSED/);
  });
});

function mailsIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => /\.eml/.test(name));
}
