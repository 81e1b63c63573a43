import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { type KeyKind, keyOf, type ReputationKey } from '../../src/reputation/key.ts';
import { openReputation, openStore } from '../../src/reputation/open.ts';
import { Random } from '../../test/company/random.ts';
import { measureCache, measureRedis } from './entry-bytes.ts';

/** A year of mail, of so few mailboxes that it fits a benchmark. */
export interface Year {
  readonly mailboxes: number;
  readonly messages: number;
  readonly entries: number;
  readonly sqliteBytesPerEntry: number;
  readonly redisBytesPerEntry: number | null;
  readonly cacheBytesPerEntry: number;
  /** Share of all keys asked that were in the cache of the default size, at TARGET mailboxes, once it is full. */
  readonly hitRatio: number;
  /** For TARGET mailboxes: entries as they would be if no two mailboxes had a correspondent in common, so at most; and bytes of those. */
  readonly extrapolated: {
    readonly mailboxes: number;
    readonly entries: number;
    readonly sqliteBytes: number;
    readonly redisBytes: number | null;
  };
}

const TARGET = 10_000;
const MAILBOXES = 12;
const DAYS = 365;
/** Messages to TARGET mailboxes that fill the cache twice, then those that count: some hours of mail. */
const MORNING = [20_000, 10_000] as const;
/** From outside, a working day; a third of it at weekends. */
const A_DAY = 22;
/** People whom one mailbox hears from, and senders whom all have in common; how often by Zipf's law, exponent 1. */
const CORRESPONDENTS = 150;
const COMMON = 3_000;
/** Where a message comes from: a correspondent, somebody everybody knows, somebody who never writes again. */
const SHARES = { correspondent: 0.55, common: 0.4 } as const;
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const ROOT = join(import.meta.dirname, '..', '..');

export async function measureYear(): Promise<Year> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-year-'));
  try {
    const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
    const file = join(folder, 'reputation.sqlite');
    const settings = { ...config.reputation, file };
    const year = Array.from(
      { length: DAYS },
      (_, day) => MAILBOXES * (day % 7 < 5 ? A_DAY : Math.round(A_DAY / 3)),
    );
    const { messages } = await live(settings, MAILBOXES, year);
    const morning = { ...config.reputation, file: join(folder, 'morning.sqlite') };
    const { hitRatio } = await live(morning, TARGET, MORNING);
    const sample: ReputationKey[] = [];
    let entries = 0;
    const store = openStore(settings);
    for await (const [key] of store.entries()) if (entries++ % 3 === 0) sample.push(key);
    await store.close();
    const sqliteBytesPerEntry = statSync(file).size / entries;
    const redisBytesPerEntry = await measureRedis(join(folder, 'redis'), config.reputation, sample);
    const all = (entries * TARGET) / MAILBOXES;
    return {
      mailboxes: MAILBOXES,
      messages,
      entries,
      sqliteBytesPerEntry: Math.round(sqliteBytesPerEntry),
      redisBytesPerEntry: redisBytesPerEntry === null ? null : Math.round(redisBytesPerEntry),
      cacheBytesPerEntry: Math.round(await measureCache(sample)),
      hitRatio,
      extrapolated: {
        mailboxes: TARGET,
        entries: Math.round(all),
        sqliteBytes: Math.round(all * sqliteBytesPerEntry),
        redisBytes: redisBytesPerEntry === null ? null : Math.round(all * redisBytesPerEntry),
      },
    };
  } finally {
    if (existsSync(folder)) await rm(folder, { recursive: true });
  }
}

/** Asks for and learns each message, in time order, through the cache and the store as a gate does; hits are those of the last day. */
async function live(
  settings: Config['reputation'],
  mailboxes: number,
  days: readonly number[],
): Promise<{ messages: number; hitRatio: number }> {
  const metrics = createMetrics();
  const reputation = openReputation(settings, metrics);
  const random = new Random(7);
  const [near, common] = [zipf(CORRESPONDENTS), zipf(COMMON)];
  let messages = 0;
  let before = { hits: 0, all: 0 };
  for (const [day, today] of days.entries()) {
    before = await hitsOf(metrics);
    for (let count = 0; count < today; count += 1) {
      const at = new Date(START + (day + (count + 1) / (today + 1)) * DAY_MS);
      const mailbox = random.between(0, mailboxes - 1);
      const keys = keysOfMessage(random, sender(random, mailbox, near, common, messages), mailbox);
      await reputation.lookup([...keys.learned, ...keys.asked], at);
      reputation.observe({ kind: 'decision', at, keys: keys.learned, verdict: 'accept', recipients: 1 });
      if (random.chance(0.3)) reputation.observe({ kind: 'outbound', at, keys: keys.asked });
      messages += 1;
      if (messages % 500 === 0) await reputation.flush();
    }
    await reputation.flush();
  }
  const after = await hitsOf(metrics);
  await reputation.close();
  const hitRatio = (after.hits - before.hits) / (after.all - before.all);
  return { messages, hitRatio: Math.round(hitRatio * 1_000) / 1_000 };
}

async function hitsOf(metrics: Metrics): Promise<{ hits: number; all: number }> {
  const { values } = await metrics.reputationCache.get();
  const all = values.reduce((sum, { value }) => sum + value, 0);
  const misses = values
    .filter(({ labels }) => labels.result === 'miss')
    .reduce((sum, { value }) => sum + value, 0);
  return { hits: all - misses, all };
}

interface Sender {
  readonly address: string;
  readonly domain: string;
  readonly name: string;
}

function sender(random: Random, mailbox: number, near: Draw, common: Draw, number: number): Sender {
  const which = random.next();
  if (which < SHARES.correspondent) {
    const rank = near(random);
    const firm = `partner-${mailbox}-${rank % 40}`;
    return {
      address: `correspondent.${rank}@${firm}.example`,
      domain: `${firm}.example`,
      name: `person ${mailbox} ${rank}`,
    };
  }
  const name =
    which < SHARES.correspondent + SHARES.common ? `service-${common(random)}` : `stranger-${number}`;
  return { address: `news@${name}.example`, domain: `${name}.example`, name };
}

/** The kinds of keys that a message of an authenticated sender has, and those of what we wrote to him. */
function keysOfMessage(random: Random, { address, domain, name }: Sender, mailbox: number) {
  const us = `mailbox-${mailbox}@company.example`;
  const number = [...domain].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 65_000, 7);
  const network = `10.${number >> 8}.${(number & 255) + (random.chance(0.15) ? random.between(1, 6) : 0)}.0/24`;
  const values: readonly (readonly [KeyKind, ...string[]])[] = [
    ['authdomain', domain],
    ['authaddress', address],
    ['domain', domain],
    ['address', address],
    ['network', network],
    ['helo', domain],
    ['name', name],
    ['name', name, address],
    ['pair', address, us],
    ['domains', domain, 'company.example'],
    ['route', address, network],
    ['mailer', address, random.chance(0.9) ? 'program' : 'telephone'],
    ['replyto', address, address],
    ['hour', address, String(random.between(2, 6))],
    ['skeleton', domain.replaceAll('-', '')],
    ['skeleton', domain.replaceAll('-', ''), domain],
    ...(random.chance(0.3) ? [['link', `link-${random.between(0, 400)}.example`] as const] : []),
    ...(random.chance(0.1) ? [['file', random.digits(64)] as const] : []),
  ];
  const present = (kinds: typeof values) =>
    kinds.map(([kind, ...parts]) => keyOf(kind, ...parts)).filter((key) => key !== null);
  return {
    learned: present(values),
    asked: present([
      ['wrote', us, address],
      ['wrote', address],
      ['wrotedomain', domain],
    ]),
  };
}

type Draw = (random: Random) => number;

/** Ranks by Zipf's law with exponent 1: the sum of 1 / rank, turned round by halving. */
function zipf(count: number): Draw {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) {
    sum += 1 / (rank + 1);
    sums[rank] = sum;
  }
  return (random) => {
    const aim = random.next() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > aim) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
