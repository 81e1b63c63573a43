import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bankDetails } from '../../src/evidence/footprint/bank-details.ts';
import { auc, type Ladder, ladder, recallAt } from '../../src/lab/evaluate/ladder.ts';
import { ibanOf } from './bank.ts';
import { JUDGED_FROM } from './clock.ts';
import { type Company, createCompany } from './company.ts';
import { FREEMAIL } from './habits.ts';
import { companyConfig, peopleFile, replay } from './replay.ts';
import { type Event, HARD, type Inbound } from './story.ts';

const SEED = 2026;
const company = createCompany(SEED);
const inbound = company.events.filter((event): event is Inbound => event.kind === 'inbound');
const judged = inbound.filter(({ at }) => at >= JUDGED_FROM);

async function textOf({ mail }: Inbound): Promise<string> {
  return (await mail.content.head(mail.content.size)).toString('utf8');
}

async function digestOf({ events }: Company): Promise<string> {
  const hash = createHash('sha256');
  for (const event of events) {
    hash.update(JSON.stringify(event));
    if (event.kind === 'inbound') hash.update(await textOf(event));
  }
  return hash.digest('hex');
}

describe('the invented company', () => {
  it('is the same to the byte for the same seed, and another for another', async () => {
    const digest = await digestOf(company);
    expect(await digestOf(createCompany(SEED))).toBe(digest);
    expect(await digestOf(createCompany(SEED + 1))).not.toBe(digest);
  });

  it('gets thousands of messages in half a year, in time order, and writes as well', () => {
    expect(inbound.length).toBeGreaterThan(4_000);
    expect(inbound.length).toBeLessThan(8_000);
    expect(company.events.filter(({ kind }) => kind === 'outbound').length).toBeGreaterThan(1_000);
    expect(company.events.map(({ at }) => at)).toEqual(
      company.events.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    expect(company.cast.partners).toHaveLength(30);
    expect(company.cast.services).toHaveLength(15);
  });

  it('is attacked forty times, in the last two months only, in three kinds', () => {
    const attacks = inbound.filter(({ attack }) => attack !== null);
    expect(attacks).toHaveLength(40);
    expect(attacks.every(({ at }) => at >= JUDGED_FROM)).toBe(true);
    expect(new Set(attacks.map(({ attack }) => attack?.kind))).toEqual(
      new Set(['bec', 'invoice_fraud', 'account_takeover']),
    );
  });

  it('has two thousand legitimate messages in the last two months, hard ones of each sort among them', () => {
    const legitimate = judged.filter(({ attack }) => attack === null);
    expect(legitimate.length).toBeGreaterThanOrEqual(2_000);
    for (const story of HARD) expect(legitimate.some((one) => one.story === story)).toBe(true);
  });

  it('puts neither link nor file into an attack', async () => {
    for (const event of inbound.filter(({ attack }) => attack !== null)) {
      const text = await textOf(event);
      expect(text).not.toMatch(/https?:/);
      expect(text).not.toMatch(/filename=/);
    }
  });

  it('names no domain that could be anybody’s, and no address of the Internet', async () => {
    for (const event of inbound) {
      const { clientIp, helo, mailFrom, rcptTo } = event.mail.envelope;
      expect(clientIp).toMatch(/^198\.1[89]\.\d+\.\d+$|^2001:db8:/);
      const text = [await textOf(event), helo, mailFrom, ...rcptTo].join('\n');
      for (const [, domain] of text.matchAll(/(?:@|https?:\/\/)([\w.-]+\.[a-z]+)/gi))
        expect(domain).toMatch(/\.(?:example|test)$/);
    }
  });

  it('leaves no slot of a phrase open', async () => {
    for (const event of inbound) expect(await textOf(event)).not.toMatch(/\{\w+\}/);
  });

  it('has the providers of free mail that its list has', async () => {
    const list = await readFile(join(import.meta.dirname, 'lists/freemail.txt'), 'utf8');
    expect(list.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([...FREEMAIL]);
  });

  it('writes bank details as their countries check them', () => {
    expect(ibanOf('GB', 'WEST12345698765432')).toBe('GB82WEST12345698765432');
    const lines = company.cast.partners.flatMap(({ billing }) =>
      billing === null ? [] : [billing.account.lines.join('\n')],
    );
    for (const text of lines) expect(bankDetails(text)).toHaveLength(1);
  });
});

/** All of the last two months; of the time before, what people wrote to and from mailboxes that are attacked later. */
function sample({ cast, events }: Company): Company {
  const attacked = new Set(
    events.flatMap((event) =>
      event.kind === 'inbound' && event.attack !== null ? event.mail.envelope.rcptTo : [],
    ),
  );
  const between = (event: Event) =>
    event.at >= JUDGED_FROM ||
    (event.kind === 'outbound'
      ? attacked.has(event.from)
      : !['newsletter', 'service', 'list'].includes(event.story) &&
        event.mail.envelope.rcptTo.some((to) => attacked.has(to)));
  return { cast, events: events.filter(between) };
}

describe('the memory, beside the model that ships', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-company-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function judge(memory: boolean): Promise<Ladder> {
    const people = join(folder, 'people.csv');
    await writeFile(people, peopleFile(company.cast));
    const config = companyConfig(people, 'shipped');
    const rows = await Array.fromAsync(replay(sample(company), config, { memory, judgedFrom: JUDGED_FROM }));
    const scores = (attacks: boolean) =>
      Float64Array.from(
        rows.filter(({ event }) => (event.attack !== null) === attacks),
        ({ decision }) => decision.assessment.score,
      );
    return ladder({ ham: scores(false), unwanted: scores(true) });
  }

  it('finds more of the attacks at one false positive in a thousand than a detector without', async () => {
    const [on, off] = [await judge(true), await judge(false)];
    expect(recallAt(on.counts, 0.001)).toBeGreaterThan(recallAt(off.counts, 0.001));
    expect(auc(on.counts)).toBeGreaterThan(auc(off.counts));
  }, 180_000);
});
