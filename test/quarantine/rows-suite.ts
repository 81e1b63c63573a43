import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import type { Decision } from '../../src/decision.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { type OpenQuarantine, openQuarantine } from '../../src/quarantine/disk.ts';
import { type Scope, WHOLE } from '../../src/quarantine/scope.ts';
import { exampleDecision, exampleMail } from '../ledger/example-decision.ts';

const ORG: Scope = { domains: ['example.org'], address: null };
const NET: Scope = { domains: ['example.net'], address: null };

/** What rows do, whichever database has them. */
export function describeRows(url: () => string | null): void {
  let folder: string;
  let open: OpenQuarantine[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-rows-'));
    open = [];
  });

  afterEach(async () => {
    // One PostgreSQL serves all tests.
    if (url() !== null)
      for (const table of ['held', 'held_fate', 'held_likeness', 'held_record', 'held_words'] as const)
        await open[0]?.database.deleteFrom(table as 'held').execute();
    for (const one of open) await one.close();
    rmSync(folder, { recursive: true });
  });

  async function start(): Promise<OpenQuarantine> {
    const config = configSchema.parse({ quarantine: { directory: folder }, database: { url: url() } });
    const quarantine = await openQuarantine(config, createMetrics());
    open.push(quarantine);
    return quarantine;
  }

  async function hold(quarantine: OpenQuarantine, recipients: string[], changes: Partial<Decision> = {}) {
    const mail = exampleMail();
    await quarantine.hold(mail, exampleDecision(mail, changes), recipients);
    return mail.id;
  }

  const TWO = ['pat@example.org', 'sam@example.net'];

  test('C9 each domain sees its own recipients, and of other mail nothing', async () => {
    const quarantine = await start();
    const both = await hold(quarantine, TWO);
    const other = await hold(quarantine, ['sam@example.net']);
    expect(await quarantine.get(both, ORG)).toMatchObject({ recipients: ['pat@example.org'] });
    expect((await quarantine.get(both, NET))?.envelope.rcptTo).toEqual([]);
    expect(await quarantine.get(other, ORG)).toBeNull();
    expect(await quarantine.find({ scope: ORG })).toMatchObject({ total: 1, rows: [{ id: both }] });
    expect(await quarantine.find({ scope: ORG, text: 'sam' })).toMatchObject({ total: 0 });
    expect(await quarantine.find({ scope: NET, text: 'sam' })).toMatchObject({ total: 2 });
    expect(await quarantine.find({ scope: { domains: [], address: null } })).toMatchObject({ total: 0 });
    expect(await quarantine.summary(ORG)).toMatchObject({ held: 1, byCategory: { scam: 1 } });
    await expect(quarantine.content(other, ORG)).rejects.toMatchObject({ reason: 'unknown' });
    await expect(quarantine.delete(other, { scope: ORG, by: 'eve' })).rejects.toMatchObject({
      reason: 'unknown',
    });
  });

  test('each recipient is released and deleted alone', async () => {
    const quarantine = await start();
    const id = await hold(quarantine, TWO);
    const got: string[] = [];
    await quarantine.release(
      id,
      { scope: ORG, by: 'ada' },
      async (held) => void got.push(...held.recipients),
    );
    expect(got).toEqual(['pat@example.org']);
    expect((await quarantine.get(id))?.fates).toMatchObject([
      { recipient: 'pat@example.org', state: 'released', releasedBy: 'ada' },
      { recipient: 'sam@example.net', state: 'held', releasedBy: null },
    ]);
    await quarantine.delete(id, { scope: WHOLE, recipients: ['SAM@example.net'], by: 'ada' });
    expect((await quarantine.get(id))?.state).toBe('released');
    expect((await quarantine.decision(id))?.id).toBe(id);
  });

  test('two gates release the same message: one delivery', async () => {
    const [one, other] = [await start(), await start()];
    const id = await hold(one, TWO);
    let deliveries = 0;
    const deliver = async () => {
      deliveries += 1;
    };
    const choice = { scope: WHOLE, by: 'ada' };
    const ends = await Promise.allSettled([
      one.release(id, choice, deliver),
      other.release(id, choice, deliver),
    ]);
    expect(deliveries).toBe(1);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('finds by words and their beginnings, without accents, and pages through all by cursor', async () => {
    const quarantine = await start();
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await hold(quarantine, TWO, { subject: `Überweisung ${n % 2}` }));
    expect(await quarantine.find({ scope: WHOLE, text: 'uberw ORLA' })).toMatchObject({
      total: 7,
      more: false,
    });
    expect(await quarantine.find({ scope: WHOLE, text: 'uberweisung pat@example' })).toMatchObject({
      total: 7,
    });
    expect(await quarantine.find({ scope: WHOLE, sender: '%' })).toMatchObject({ total: 0 });
    for (const sort of ['heldAt', 'score', 'from', 'subject', 'size'] as const) {
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await quarantine.find({ scope: WHOLE, sort, limit: 2, ...(cursor && { cursor }) });
        seen.push(...page.rows.map(({ id }) => id));
        cursor = page.next;
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
    }
  });

  test.each([
    `'; DROP TABLE held; --`,
    `" OR 1=1`,
    `a' | 'b`,
    'x* NEAR(y)',
    '\0',
    '\ud800',
    '%_\\',
    `:* & !`,
  ])('C5 what is searched for is never a statement: %j', async (text) => {
    const quarantine = await start();
    const id = await hold(quarantine, TWO, { subject: `odd ${text}`, from: text });
    await quarantine.find({
      scope: ORG,
      text,
      sender: text,
      recipient: text,
      category: text,
      likeness: text,
    });
    await quarantine.find({
      scope: WHOLE,
      text,
      cursor: Buffer.from(JSON.stringify([text, 1])).toString('base64url'),
    });
    expect((await quarantine.get(id))?.id).toBe(id);
    expect(await quarantine.find({ scope: WHOLE, text: 'odd' })).toMatchObject({ total: 1 });
  });
}
