import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bufferContent } from '../../../src/mail/content.ts';
import { newMailId } from '../../../src/mail/id.ts';
import type { Content } from '../../../src/mail/mail.ts';
import type { FoundMail, MailStore } from '../../../src/quarantine/mail/mail-store.ts';

/** What a store must be given for the tests that all stores withstand. */
export interface Ground {
  readonly store: MailStore;
  close(): Promise<void>;
}

const HELD_AT = new Date('2026-03-01T23:59:59.999Z');
const PART = 262_144;
const MAIL = Buffer.from('Subject: Your parcel\r\n\r\nIt waits.\r\n');

/** The same for every store of raw mail. */
export function storeSuite(title: string, start: () => Promise<Ground>): void {
  describe(title, () => {
    let ground: Ground;
    let store: MailStore;

    beforeAll(async () => {
      ground = await start();
      store = ground.store;
    });

    afterAll(() => ground.close());

    async function kept(bytes: Buffer = MAIL): Promise<string> {
      const id = newMailId();
      await store.write(id, HELD_AT, bufferContent(bytes));
      return id;
    }

    const found = async (id: string): Promise<FoundMail[]> =>
      (await Array.fromAsync(store.files())).filter(({ name }) => name === store.nameOf(id, HELD_AT));

    test.each([0, 1, MAIL.length, PART - 1, PART, PART + 1, 3 * PART, 5_000_001])(
      'gives %i bytes as they came, as often as it is asked',
      async (length) => {
        const bytes = randomBytes(length);
        const content = store.read(await kept(bytes), HELD_AT, length);
        expect(content.size).toBe(length);
        expect((await bytesOf(content)).equals(bytes)).toBe(true);
        expect((await bytesOf(content)).equals(bytes)).toBe(true);
      },
    );

    test.each([0, 1, MAIL.length - 1, MAIL.length, MAIL.length + 1])(
      'gives the first %i bytes, or all that there are',
      async (limit) => {
        const content = store.read(await kept(), HELD_AT, MAIL.length);
        expect(await content.head(limit)).toEqual(MAIL.subarray(0, limit));
      },
    );

    test('gives the head of a mail of several parts', async () => {
      const bytes = randomBytes(3 * PART);
      const content = store.read(await kept(bytes), HELD_AT, bytes.length);
      expect((await content.head(PART + 7)).equals(bytes.subarray(0, PART + 7))).toBe(true);
    });

    test('takes a mail that comes in odd pieces', async () => {
      const pieces = [1, 65_536, PART, 3, 2 * PART + 1, 17].map((length) => randomBytes(length));
      const bytes = Buffer.concat(pieces);
      const id = newMailId();
      await store.write(id, HELD_AT, { ...bufferContent(bytes), stream: () => Readable.from(pieces) });
      expect((await bytesOf(store.read(id, HELD_AT, bytes.length))).equals(bytes)).toBe(true);
    });

    test('keeps eight mails that come at once', async () => {
      const mails = Array.from({ length: 8 }, () => randomBytes(PART + 5));
      const ids = await Promise.all(mails.map((bytes) => kept(bytes)));
      for (const [index, id] of ids.entries())
        expect((await bytesOf(store.read(id, HELD_AT, PART + 5))).equals(mails[index] ?? MAIL)).toBe(true);
    });

    test('stops in the middle where nobody reads on', async () => {
      const stream = store.read(await kept(randomBytes(3 * PART)), HELD_AT, 3 * PART).stream();
      for await (const chunk of stream) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(stream.destroyed).toBe(true);
    });

    test.each([
      ['breaks off', () => Readable.from(failingHalfway())],
      ['is shorter than was promised', () => Readable.from([Buffer.alloc(10)])],
      ['is longer than was promised', () => Readable.from([Buffer.alloc(1000)])],
    ])('content that %s is an error and leaves nothing to read', async (_, stream) => {
      const id = newMailId();
      const content = { ...bufferContent(Buffer.alloc(600)), stream };
      await expect(store.write(id, HELD_AT, content)).rejects.toThrow(/line is dead|bytes/);
      expect(await store.sizeOf(id, HELD_AT)).toBeNull();
      expect(await found(id)).toEqual([]);
      await expect(bytesOf(store.read(id, HELD_AT, 600))).rejects.toThrow();
    });

    test('a mail that has other bytes than its row says is an error when it is read', async () => {
      const id = await kept();
      await expect(bytesOf(store.read(newMailId(), HELD_AT, 10))).rejects.toThrow();
      await expect(store.read(newMailId(), HELD_AT, 10).head(10)).rejects.toThrow();
      await expect(store.read(id, HELD_AT, MAIL.length + 1).head(MAIL.length + 1)).rejects.toThrow(
        /bytes where|expected/,
      );
    });

    test('tells what it has, for the sweep', async () => {
      const before = Date.now();
      const id = await kept();
      expect(await store.sizeOf(id, HELD_AT)).toBe(MAIL.length);
      expect(await store.sizeOf(newMailId(), HELD_AT)).toBeNull();
      const [mail] = await found(id);
      expect(mail).toMatchObject({ id, sizeBytes: MAIL.length });
      // A bucket tells whole seconds.
      expect(mail?.modifiedAt.getTime()).toBeGreaterThan(before - 2_000);
    });

    test('removes one mail and no other; twice is no error', async () => {
      const [gone, stays, dropped] = [await kept(), await kept(), await kept()];
      await store.remove(gone, HELD_AT);
      await store.remove(gone, HELD_AT);
      await store.drop(store.nameOf(dropped, HELD_AT));
      await store.tidy(new Date());
      expect(await store.sizeOf(gone, HELD_AT)).toBeNull();
      expect(await store.sizeOf(dropped, HELD_AT)).toBeNull();
      expect(await bytesOf(store.read(stays, HELD_AT, MAIL.length))).toEqual(MAIL);
      await expect(bytesOf(store.read(gone, HELD_AT, MAIL.length))).rejects.toThrow();
    });

    test('can be written, and says where it is without a secret', async () => {
      await store.writable();
      const [before, after] = [await Array.fromAsync(store.files()), await Array.fromAsync(store.files())];
      expect(after).toEqual(before);
      expect(store.place).not.toMatch(/S3RVER|password/);
    });

    test.each(['', '../../etc/passwd', 'x', `${newMailId()}/..`])('refuses %j as an id', async (id) => {
      await expect(async () => store.write(id, HELD_AT, bufferContent(MAIL))).rejects.toThrow(
        'no id of a mail',
      );
      expect(() => store.nameOf(id, HELD_AT)).toThrow('no id of a mail');
    });
  });
}

export async function bytesOf(content: Content): Promise<Buffer> {
  return Buffer.concat(await content.stream().toArray());
}

async function* failingHalfway(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(300);
  throw new Error('the line is dead');
}
