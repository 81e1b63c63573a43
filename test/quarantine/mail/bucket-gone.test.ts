import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Config, configSchema } from '../../../src/config/schema.ts';
import type { Content } from '../../../src/mail/mail.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import { type OpenQuarantine, openQuarantine } from '../../../src/quarantine/disk.ts';
import { openS3Store } from '../../../src/quarantine/mail/s3-store.ts';
import { WHOLE } from '../../../src/quarantine/scope.ts';
import { StorageError } from '../../../src/storage-error.ts';
import { EXAMPLE_BYTES, exampleDecision, exampleMail } from '../../ledger/example-decision.ts';
import { type Bucket, startBucket } from './bucket.ts';
import { bytesOf } from './store-suite.ts';

let folder: string;
let bucket: Bucket;
let config: Config;
let quarantine: OpenQuarantine;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-gone-'));
  bucket = await startBucket();
  const mail = { store: 's3', s3: bucket.config() };
  config = configSchema.parse({ quarantine: { directory: folder, mail } });
  quarantine = await openQuarantine(config, createMetrics());
});
afterEach(async () => {
  await quarantine.close();
  await bucket.close();
  rmSync(folder, { recursive: true });
});

test('a message that comes while the bucket is away is not held: the sender keeps it, and no row says otherwise', async () => {
  await bucket.away();
  const mail = exampleMail();
  await expect(quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo)).rejects.toThrow(
    StorageError,
  );
  await expect(quarantine.writable()).rejects.toThrow('bucket postern');
  expect(await quarantine.get(mail.id)).toBeNull();
  await bucket.back();
  await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
  expect(await bytesOf(await quarantine.content(mail.id))).toEqual(EXAMPLE_BYTES);
});

test('a message that is released while the bucket is away stays held, says why, and goes when it is back', async () => {
  const mail = exampleMail();
  await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
  const delivered: Buffer[] = [];
  const deliver = async (_: unknown, content: Content) => void delivered.push(await bytesOf(content));
  await bucket.away();
  const released = quarantine.release(mail.id, { scope: WHOLE, by: 'pat' }, deliver);
  await expect(released).rejects.toThrow(/bucket postern at .*ECONNREFUSED/);
  expect((await quarantine.get(mail.id))?.state).toBe('held');
  expect(delivered).toEqual([]);
  await bucket.back();
  await quarantine.release(mail.id, { scope: WHOLE, by: 'pat' }, deliver);
  expect(delivered).toEqual([EXAMPLE_BYTES]);
});

test('a quarantine opens while its bucket is away, says so, and the next sweep does what opening could not', async () => {
  const mail = exampleMail();
  await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
  await bucket.away();
  const again = await openQuarantine(config, createMetrics());
  expect(again.notCleared?.message).toContain('bucket postern');
  expect((await again.find({ scope: WHOLE })).total).toBe(1);
  await expect(again.check()).rejects.toThrow(StorageError);
  await bucket.back();
  expect(await again.expire(new Date())).toBe(0);
  expect(await again.check()).toEqual([]);
  await again.close();
});

test('whether rows and mail belong together is one listing, and a question more for each mail that does not fit', async () => {
  const mails = [exampleMail(), exampleMail(), exampleMail()];
  for (const mail of mails) await quarantine.hold(mail, exampleDecision(mail), mail.envelope.rcptTo);
  const asked: string[] = [];
  bucket.onRequest((method) => asked.push(method));
  expect(await quarantine.check()).toEqual([]);
  expect(asked).toEqual(['GET']);
  const [lost] = mails;
  if (lost === undefined) throw new Error('no mail');
  const store = await openS3Store(config.quarantine.mail.s3);
  const row = await quarantine.get(lost.id);
  await store.remove(lost.id, row?.heldAt ?? new Date(0));
  await store.close();
  expect(await quarantine.check()).toEqual([{ id: lost.id, problem: 'missing' }]);
});
