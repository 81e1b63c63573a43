import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { newMailId } from '../../src/mail/id.ts';
import type { Content, Mail } from '../../src/mail/mail.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { type OpenQuarantine, openQuarantine } from '../../src/quarantine/disk.ts';
import type { HeldQuery } from '../../src/quarantine/quarantine.ts';
import { WHOLE } from '../../src/quarantine/scope.ts';
import { EXAMPLE_BYTES, exampleDecision, exampleMail } from '../ledger/example-decision.ts';

const CHOICE = { scope: WHOLE, by: 'ada' };
const DAY_MS = 86_400_000;
const NOW = new Date('2026-03-01T12:00:00Z');

let folder: string;
let metrics: Metrics;
let open: OpenQuarantine[];
let now: Date;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-quarantine-'));
  metrics = createMetrics();
  open = [];
  now = NOW;
});

afterEach(async () => {
  for (const quarantine of open) await quarantine.close();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<OpenQuarantine> {
  const config = configSchema.parse({ quarantine: { directory: join(folder, 'q'), retentionDays: 30 } });
  const quarantine = await openQuarantine(config, metrics, () => now);
  open.push(quarantine);
  return quarantine;
}

async function holdOne(quarantine: OpenQuarantine, mail = exampleMail()): Promise<Mail> {
  await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
  return mail;
}

function filesBelow(path: string): string[] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const mailFilesNow = () => filesBelow(join(folder, 'q', 'mail'));

async function bytesOf(content: Content): Promise<Buffer> {
  return Buffer.concat(await content.stream().toArray());
}

async function heldInMetrics(): Promise<number | undefined> {
  return (await metrics.quarantineMessages.get()).values[0]?.value;
}

describe('holding', () => {
  test('keeps the bytes as they came and what the decision said', async () => {
    const quarantine = await start();
    const { id, envelope } = await holdOne(quarantine);
    expect(mailFilesNow()).toEqual([join(folder, 'q/mail/2026/03/01', `${id}.eml`)]);
    expect(await bytesOf(await quarantine.content(id))).toEqual(EXAMPLE_BYTES);
    expect(await quarantine.get(id)).toEqual({
      id,
      heldAt: NOW,
      state: 'held',
      envelope,
      recipients: ['pat@example.org', 'sam@example.org'],
      from: 'orla@shop.example',
      subject: 'Your parcel',
      fates: ['pat@example.org', 'sam@example.org'].map((recipient) => ({
        recipient,
        state: 'held',
        releasedAt: null,
        releasedBy: null,
      })),
      likeness: [],
      category: 'scam',
      score: 0.95,
      reasons: ['asks for a parcel fee'],
      sizeBytes: EXAMPLE_BYTES.length,
      releasedAt: null,
      note: null,
    });
  });

  test('the same id twice is one message, also at the same time, and the recipients of both are kept', async () => {
    const quarantine = await start();
    const mail = exampleMail();
    const decision = exampleDecision(mail);
    await Promise.all([
      quarantine.hold(mail, decision, ['pat@example.org']),
      quarantine.hold(mail, decision, ['sam@example.org']),
      quarantine.hold(mail, decision, ['pat@example.org']),
    ]);
    expect(await quarantine.count()).toBe(1);
    expect((await quarantine.get(mail.id))?.recipients).toEqual(['pat@example.org', 'sam@example.org']);
    expect(mailFilesNow()).toHaveLength(1);
  });

  test('more recipients for a message that was released already are refused, not lost', async () => {
    const quarantine = await start();
    const mail = await holdOne(quarantine);
    await quarantine.release(mail.id, CHOICE, async () => undefined);
    await expect(quarantine.hold(mail, exampleDecision(mail), ['new@example.org'])).rejects.toThrow(
      /was released/,
    );
  });

  test.each([
    ['breaks off', () => Readable.from(failingHalfway())],
    ['is shorter than was promised', () => Readable.from([Buffer.alloc(10)])],
    ['is longer than was promised', () => Readable.from([Buffer.alloc(1000)])],
  ])('content that %s is an error and leaves nothing behind', async (_, stream) => {
    const quarantine = await start();
    const mail = exampleMail({ content: { size: 100, stream, head: async () => Buffer.alloc(0) } });
    await expect(holdOne(quarantine, mail)).rejects.toThrow();
    expect(mailFilesNow()).toEqual([]);
    expect(await quarantine.get(mail.id)).toBeNull();
  });

  test('a row that cannot be written leaves no file behind', async () => {
    const quarantine = await start();
    const mail = exampleMail();
    const decision = exampleDecision(mail, { subject: Symbol('no text') as unknown as string });
    await expect(quarantine.hold(mail, decision, ['pat@example.org'])).rejects.toThrow();
    expect(mailFilesNow()).toEqual([]);
  });

  test.each(['../../../etc/passwd', '', '0'.repeat(22), `${'0'.repeat(22)}/`, 'a'.repeat(23)])(
    'what is no id never becomes a path: %j',
    async (id) => {
      const quarantine = await start();
      const mail = exampleMail({ id });
      await expect(holdOne(quarantine, mail)).rejects.toThrow(/is no id/);
      expect(await quarantine.get(id)).toBeNull();
      await expect(quarantine.content(id)).rejects.toThrow(/no message/);
      await expect(quarantine.delete(id, CHOICE)).rejects.toThrow(/no message/);
    },
  );

  test('a folder that was removed is made again', async () => {
    const quarantine = await start();
    await holdOne(quarantine);
    rmSync(join(folder, 'q/mail/2026'), { recursive: true });
    await expect(holdOne(quarantine)).rejects.toThrow(/ENOENT/);
    await holdOne(quarantine);
    expect(mailFilesNow()).toHaveLength(1);
  });
});

async function* failingHalfway(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(50);
  throw new Error('spool file gone');
}

describe('releasing', () => {
  test('gives the mail to the next hop once and marks it', async () => {
    const quarantine = await start();
    const mail = await holdOne(quarantine);
    const delivered: Buffer[] = [];
    const released = await quarantine.release(mail.id, CHOICE, async (held, content) => {
      expect(held.state).toBe('releasing');
      delivered.push(await bytesOf(content));
    });
    expect(released).toMatchObject({ state: 'released', releasedAt: NOW });
    expect(delivered).toEqual([EXAMPLE_BYTES]);
    await expect(quarantine.release(mail.id, CHOICE, async () => undefined)).rejects.toThrow(
      /was released already/,
    );
  });

  test('two at once, over two connections: one delivery, and the other hears why not', async () => {
    const [one, other] = [await start(), await start()];
    const mail = await holdOne(one);
    let deliveries = 0;
    const deliver = async () => {
      deliveries += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const results = await Promise.allSettled([
      one.release(mail.id, CHOICE, deliver),
      other.release(mail.id, CHOICE, deliver),
    ]);
    expect(deliveries).toBe(1);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({
      reason: 'state',
      message: expect.stringMatching(/is just being released/),
    });
  });

  test('a failed delivery puts it back', async () => {
    const quarantine = await start();
    const { id } = await holdOne(quarantine);
    const failing = quarantine.release(id, CHOICE, async () => {
      throw new Error('next hop said 451');
    });
    await expect(failing).rejects.toThrow('next hop said 451');
    expect(await quarantine.get(id)).toMatchObject({ state: 'held', note: null });
    await quarantine.release(id, CHOICE, async () => undefined);
  });

  test('opening the quarantine leaves alone what this process is releasing', async () => {
    const quarantine = await start();
    const { id } = await holdOne(quarantine);
    await quarantine.release(id, CHOICE, async () => {
      await start();
      expect((await quarantine.get(id))?.state).toBe('releasing');
    });
    expect((await quarantine.get(id))?.state).toBe('released');
  });

  test('a claim that is hours old is nobody’s any more', async () => {
    const quarantine = await start();
    const { id } = await holdOne(quarantine);
    const releasing = quarantine.release(id, CHOICE, async () => {
      now = new Date(NOW.getTime() + 3_600_001);
      await start();
      expect(await quarantine.get(id)).toMatchObject({ state: 'held', note: 'release_interrupted' });
    });
    await expect(releasing).rejects.toThrow(/may be released twice/);
  });

  test('what nobody knows is unknown', async () => {
    const quarantine = await start();
    await expect(quarantine.release(newMailId(), CHOICE, async () => undefined)).rejects.toMatchObject({
      reason: 'unknown',
    });
  });
});

describe('keeping house', () => {
  test('deleting removes the mail and keeps the row', async () => {
    const quarantine = await start();
    const { id } = await holdOne(quarantine);
    await quarantine.delete(id, CHOICE);
    expect(mailFilesNow()).toEqual([]);
    expect((await quarantine.get(id))?.state).toBe('deleted');
    await expect(quarantine.content(id)).rejects.toThrow(/was deleted/);
    await expect(quarantine.delete(id, CHOICE)).rejects.toThrow(/was deleted/);
    await expect(quarantine.release(id, CHOICE, async () => undefined)).rejects.toThrow(/was deleted/);
  });

  test('C8 expiry takes what is older than the retention, and nothing of it is left', async () => {
    const quarantine = await start();
    const [kept, sent] = [await holdOne(quarantine), await holdOne(quarantine)];
    await quarantine.release(sent.id, CHOICE, async () => undefined);
    expect(await quarantine.expire(new Date(NOW.getTime() + 30 * DAY_MS))).toBe(0);
    now = new Date(NOW.getTime() + 30 * DAY_MS + 1);
    expect(await quarantine.expire(now)).toBe(2);
    expect(await quarantine.get(kept.id)).toMatchObject({
      state: 'expired',
      subject: '',
      from: '',
      recipients: [],
    });
    expect(await quarantine.get(sent.id)).toBeNull();
    expect(existsSync(join(folder, 'q/mail/2026/03/01'))).toBe(false);
    await quarantine.expire(new Date(NOW.getTime() + 60 * DAY_MS + 1));
    expect((await quarantine.find({ scope: WHOLE })).rows).toEqual([]);
  });

  test('lists the newest first, by state and by recipient whatever its case', async () => {
    const quarantine = await start();
    const first = await holdOne(quarantine);
    now = new Date(NOW.getTime() + 1000);
    const second = await holdOne(quarantine);
    await quarantine.release(first.id, CHOICE, async () => undefined);
    const ids = async (query: Omit<HeldQuery, 'scope'>) =>
      (await quarantine.find({ scope: WHOLE, ...query })).rows.map(({ id }) => id);
    expect(await ids({})).toEqual([second.id, first.id]);
    expect(await ids({ limit: 1 })).toEqual([second.id]);
    expect(await ids({ states: ['released'] })).toEqual([first.id]);
    expect(await ids({ recipient: 'SAM@example.org', states: ['held'] })).toEqual([second.id]);
    expect(await ids({ recipient: 'nobody@example.org' })).toEqual([]);
  });

  test('what was never written whole goes after an hour; a whole file without a row is told, and stays as long as held mail', async () => {
    const quarantine = await start();
    const mail = await holdOne(quarantine);
    const day = dirname(mailFilesNow()[0] ?? '');
    const at = (name: string, ageMs: number) => {
      writeFileSync(join(day, name), 'x');
      utimesSync(join(day, name), new Date(NOW.getTime() - ageMs), new Date(NOW.getTime() - ageMs));
      return name;
    };
    const unlisted = newMailId();
    at(`${unlisted}.eml`, 3_600_001);
    at(`${newMailId()}.eml`, 30 * 86_400_000 + 1);
    at(`${newMailId()}.eml.tmp`, 3_600_001);
    const young = at(`${newMailId()}.eml`, 3_599_000);
    const foreign = at('notes.txt', 9_000_000);
    const again = await start();
    expect(readdirSync(day).sort()).toEqual([`${mail.id}.eml`, `${unlisted}.eml`, young, foreign].sort());
    expect(await again.check()).toEqual([{ id: unlisted, problem: 'unlisted' }]);
  });

  test('a check names rows whose mail is missing or cut short', async () => {
    const quarantine = await start();
    const [lost, cut] = [await holdOne(quarantine), await holdOne(quarantine)];
    await holdOne(quarantine);
    expect(await quarantine.check()).toEqual([]);
    const pathOf = (id: string) => mailFilesNow().find((path) => path.includes(id)) ?? '';
    rmSync(pathOf(lost.id));
    writeFileSync(pathOf(cut.id), readFileSync(pathOf(cut.id)).subarray(0, 20));
    expect(new Set(await quarantine.check())).toEqual(
      new Set([
        { id: lost.id, problem: 'missing' },
        { id: cut.id, problem: 'size' },
      ]),
    );
  });

  test('the metric follows what another process does', async () => {
    const gate = await start();
    const mail = await holdOne(gate);
    expect(await heldInMetrics()).toBe(1);
    const config = configSchema.parse({ quarantine: { directory: join(folder, 'q') } });
    const command = await openQuarantine(config, createMetrics());
    await command.delete(mail.id, CHOICE);
    await command.close();
    expect(await heldInMetrics()).toBe(0);
  });

  test('a damaged database is refused with its path', async () => {
    await (await start()).close();
    open = [];
    for (const name of readdirSync(join(folder, 'q'))) {
      if (name.startsWith('quarantine.sqlite'))
        writeFileSync(join(folder, 'q', name), 'garbage'.repeat(1000));
    }
    await expect(start()).rejects.toThrow(/quarantine\.sqlite: damaged/);
  });

  test('F3 a database that is gone while its mail is there is refused, and no mail is touched', async () => {
    const quarantine = await start();
    await holdOne(quarantine);
    await quarantine.close();
    open = [];
    const mail = mailFilesNow();
    for (const name of readdirSync(join(folder, 'q')))
      if (name.startsWith('quarantine.sqlite')) rmSync(join(folder, 'q', name));
    await expect(start()).rejects.toThrow(/quarantine\.sqlite is gone, and there is mail in/);
    expect(mailFilesNow()).toEqual(mail);
  });

  test('F3 waits for another process that writes, and names the file where that does not end', async () => {
    const quarantine = await start();
    const other = new DatabaseSync(join(folder, 'q', 'quarantine.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    await expect(holdOne(quarantine)).rejects.toThrow(/quarantine\.sqlite: database is locked/);
    expect(mailFilesNow()).toEqual([]);
    const held = holdOne(quarantine);
    setTimeout(() => other.exec('ROLLBACK'), 200);
    await held;
    other.close();
    expect(await quarantine.count()).toBe(1);
  });

  test('says whether it can write', async () => {
    const quarantine = await start();
    await quarantine.writable();
    rmSync(join(folder, 'q'), { recursive: true });
    await expect(quarantine.writable()).rejects.toThrow();
  });
});
