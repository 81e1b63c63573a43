import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { claimDigest, markSent, putBackDigest, turnDigest, wantsDigest } from '../../src/digest/book.ts';
import { giveBackLink, issueLinks, lookAtLink, useLink } from '../../src/digest/links.ts';

const NOW = new Date('2026-03-02T10:00:00Z');
const LATER = new Date('2026-03-09T10:00:00Z');
const GRANT = { action: 'release', recipient: 'anna@inbox.example', mailId: 'm1' } as const;

let directory: string;
let database: Database;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-links-'));
  database = await openDatabase(configSchema.parse({}).database, directory);
});

afterEach(async () => {
  await database.destroy();
  await rm(directory, { recursive: true });
});

describe('a link', () => {
  it('C2 is looked at a hundred times and still works', async () => {
    const [token = ''] = await issueLinks(database, [GRANT], LATER);
    for (let time = 0; time < 100; time++) expect(await lookAtLink(database, token, NOW)).toEqual(GRANT);
    expect(await useLink(database, token, NOW)).toEqual(GRANT);
  });

  it('C2 works once, also where two use it at once', async () => {
    const [token = ''] = await issueLinks(database, [GRANT], LATER);
    const got = await Promise.all([useLink(database, token, NOW), useLink(database, token, NOW)]);
    expect(got.filter((one) => one !== null)).toEqual([GRANT]);
    expect(await lookAtLink(database, token, NOW)).toBeNull();
  });

  it('C2 expires: works a millisecond before, not at the moment', async () => {
    const [token = ''] = await issueLinks(database, [GRANT], LATER);
    expect(await lookAtLink(database, token, new Date(LATER.getTime() - 1))).toEqual(GRANT);
    expect(await lookAtLink(database, token, LATER)).toBeNull();
    expect(await useLink(database, token, LATER)).toBeNull();
  });

  it('C2 is no link with another character, shorter, or with SQL in it', async () => {
    const [token = ''] = await issueLinks(database, [GRANT], LATER);
    const other = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    for (const wrong of [other, token.slice(1), '', "' OR 1=1 --"]) {
      expect(await lookAtLink(database, wrong, NOW)).toBeNull();
      expect(await useLink(database, wrong, NOW)).toBeNull();
    }
  });

  it('C2 is not in the database, only its hash', async () => {
    const [token = ''] = await issueLinks(database, [GRANT], LATER);
    const rows = await database.selectFrom('digest_links').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('works again where what it was for was not done', async () => {
    const [token = ''] = await issueLinks(database, [GRANT], LATER);
    await useLink(database, token, NOW);
    await giveBackLink(database, token);
    expect(await useLink(database, token, NOW)).toEqual(GRANT);
  });
});

describe('the letter of a day', () => {
  it('is claimed by one of several gates, and not again that day', async () => {
    const claims = await Promise.all(
      [1, 2, 3].map(() => claimDigest(database, 'anna@inbox.example', '2026-03-02')),
    );
    expect(claims.filter((claim) => claim !== null)).toEqual([new Date(0)]);
    await markSent(database, 'anna@inbox.example', NOW);
    expect(await claimDigest(database, 'anna@inbox.example', '2026-03-02')).toBeNull();
    expect(await claimDigest(database, 'anna@inbox.example', '2026-03-03')).toEqual(NOW);
  });

  it('is not sent twice where a gate died in the middle; the next day tells what it would have told', async () => {
    await claimDigest(database, 'anna@inbox.example', '2026-03-01');
    await markSent(database, 'anna@inbox.example', NOW);
    await claimDigest(database, 'anna@inbox.example', '2026-03-02');
    expect(await claimDigest(database, 'anna@inbox.example', '2026-03-02')).toBeNull();
    expect(await claimDigest(database, 'anna@inbox.example', '2026-03-03')).toEqual(NOW);
  });

  it('is tried again the same day where the next hop did not take it', async () => {
    await claimDigest(database, 'anna@inbox.example', '2026-03-02');
    await putBackDigest(database, 'anna@inbox.example');
    expect(await claimDigest(database, 'anna@inbox.example', '2026-03-02')).toEqual(new Date(0));
  });

  it('is turned off and on by recipient', async () => {
    await turnDigest(database, 'anna@inbox.example', false, NOW);
    await turnDigest(database, 'anna@inbox.example', false, NOW);
    expect(await wantsDigest(database, 'anna@inbox.example')).toBe(false);
    expect(await wantsDigest(database, 'bela@inbox.example')).toBe(true);
    await turnDigest(database, 'anna@inbox.example', true, NOW);
    expect(await wantsDigest(database, 'anna@inbox.example')).toBe(true);
  });
});
