import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { bufferContent } from '../../../src/mail/content.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { ATTEMPTS } from '../../../src/quarantine/mail/s3-client.ts';
import { openS3Store } from '../../../src/quarantine/mail/s3-store.ts';
import { StorageError } from '../../../src/storage-error.ts';
import { type Bucket, s3Config, startBucket } from './bucket.ts';
import { bytesOf } from './store-suite.ts';

const HELD_AT = new Date('2026-03-01T12:00:00Z');
const MAIL = Buffer.from('Subject: Your parcel\r\n\r\nIt waits.\r\n');
const SECRET = 'wJalrXUtnFEMIexampleSECRETexample';

let bucket: Bucket;

beforeAll(async () => {
  bucket = await startBucket();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => bucket.close());

async function failureOf(work: Promise<unknown>): Promise<StorageError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StorageError)) throw new Error('expected a StorageError', { cause: error });
  return error;
}

describe('a bucket that is away', () => {
  test('is an error of the store for every operation, with its address, and works again when it is back', async () => {
    const store = await openS3Store(bucket.config());
    const id = newMailId();
    await store.write(id, HELD_AT, bufferContent(MAIL));
    const content = store.read(id, HELD_AT, MAIL.length);
    await bucket.away();
    const failures = [
      failureOf(store.write(newMailId(), HELD_AT, bufferContent(MAIL))),
      failureOf(store.writable()),
      failureOf(store.remove(id, HELD_AT)),
      failureOf(store.sizeOf(id, HELD_AT)),
      failureOf(Array.fromAsync(store.files())),
      failureOf(content.head(5)),
      failureOf(bytesOf(content)),
    ];
    for (const failure of await Promise.all(failures)) {
      expect(failure.problem).toBe('failed');
      expect(failure.code).toBe('ECONNREFUSED');
      expect(failure.message).toContain(`bucket postern at http://127.0.0.1:${bucket.port}`);
    }
    await bucket.back();
    expect(await bytesOf(content)).toEqual(MAIL);
    await store.close();
  });

  test('that is not there says so', async () => {
    const store = await openS3Store(bucket.config({ bucket: 'nowhere' }));
    const failure = await failureOf(store.write(newMailId(), HELD_AT, bufferContent(MAIL)));
    expect(failure.message).toContain('NoSuchBucket');
    await expect(store.sizeOf(newMailId(), HELD_AT)).rejects.toThrow(StorageError);
    await store.close();
  });

  test('that says nothing is given up after the configured time', async () => {
    const sockets: Socket[] = [];
    const silent = await listening(createServer((socket) => void sockets.push(socket)));
    const store = await openS3Store(s3Config({ endpoint: silent.url, timeoutMs: 50 }));
    const failure = await failureOf(store.writable());
    expect(failure.message).toMatch(/inactivity|timed out/);
    for (const socket of sockets) socket.destroy();
    silent.server.close();
    await store.close();
  });

  test('that is full is told from one that fails, and is not asked again', async () => {
    let asked = 0;
    const answer = xmlAnswer(
      507,
      'XMinioStorageFull',
      'Storage backend has reached its minimum free drive threshold.',
    );
    const full = await listening(
      createServer((socket) => {
        socket.once('data', () => {
          asked += 1;
          socket.end(answer);
        });
        socket.on('error', () => undefined);
      }),
    );
    const store = await openS3Store(s3Config({ endpoint: full.url }));
    const failure = await failureOf(store.writable());
    expect(failure.problem).toBe('full');
    expect(failure.message).toContain('minimum free drive threshold');
    expect(asked).toBe(1);
    full.server.close();
    await store.close();
  });

  test('that cuts the line is tried a few times, and the mail goes each time from its first byte', async () => {
    const cutting = await listening(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.destroy());
      }),
    );
    const store = await openS3Store(s3Config({ endpoint: cutting.url }));
    let streams = 0;
    const content = {
      ...bufferContent(MAIL),
      stream: () => {
        streams += 1;
        return bufferContent(MAIL).stream();
      },
    };
    await failureOf(store.write(newMailId(), HELD_AT, content));
    const forTheSums = 1;
    expect(streams).toBe(forTheSums + ATTEMPTS);
    cutting.server.close();
    await store.close();
  });
});

describe('bytes that are not those that were written', () => {
  test('are an error at the end of the stream, though their number is right', async () => {
    const config = bucket.config();
    const store = await openS3Store(config);
    const id = newMailId();
    await store.write(id, HELD_AT, bufferContent(MAIL));
    const folder = join(bucket.directory, 'postern', store.nameOf(id, HELD_AT), '..');
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.eml._S3rver_object'));
    writeFileSync(join(folder, file ?? ''), Buffer.from(MAIL).fill('x', 5, 8));
    await expect(bytesOf(store.read(id, HELD_AT, MAIL.length))).rejects.toThrow('is not what was written');
    await store.close();
  });
});

describe('whom it asks', () => {
  test('nobody but the endpoint, whatever the environment and the home of the user say', async () => {
    vi.stubEnv('AWS_DEFAULTS_MODE', 'auto');
    vi.stubEnv('AWS_PROFILE', 'nobody');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://192.0.2.1:9');
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://127.0.0.1:9/');
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    const ports = new Set<string>();
    const listen = (message: unknown) => ports.add(peerOf(message));
    subscribe('http.client.request.start', listen);
    const store = await openS3Store(bucket.config());
    const id = newMailId();
    await store.write(id, HELD_AT, bufferContent(MAIL));
    await bytesOf(store.read(id, HELD_AT, MAIL.length));
    await Array.fromAsync(store.files());
    await store.remove(id, HELD_AT);
    await store.writable();
    unsubscribe('http.client.request.start', listen);
    expect([...ports]).toEqual([`127.0.0.1:${bucket.port}`]);
    await store.close();
  });

  test('keys of the environment are taken where none are configured, and never mixed with others', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER');
    const store = await openS3Store(bucket.config({ accessKeyId: null, secretAccessKey: null }));
    await store.writable();
    await store.close();
    await expect(openS3Store(bucket.config({ secretAccessKey: null }))).rejects.toThrow('secretAccessKey');
  });

  test('a refusal shows neither key, signature nor request', async () => {
    const answer = xmlAnswer(403, 'SignatureDoesNotMatch', 'The signature does not match.');
    const strict = await listening(
      createServer((socket) => void socket.once('data', () => socket.end(answer))),
    );
    const store = await openS3Store(s3Config({ endpoint: strict.url, secretAccessKey: SECRET }));
    const failure = await failureOf(store.writable());
    strict.server.close();
    expect(failure.message).toContain('SignatureDoesNotMatch');
    const all = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String(failure.stack);
    expect(all + JSON.stringify(failure.cause, Object.getOwnPropertyNames(failure.cause))).not.toMatch(
      new RegExp(`${SECRET}|Signature=|authorization`, 'i'),
    );
    expect(Object.keys(failure.cause ?? {})).toEqual([]);
    await store.close();
  });
});

async function listening(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, url: `http://127.0.0.1:${address.port}` };
}

function xmlAnswer(status: number, code: string, message: string): string {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return `HTTP/1.1 ${status} Insufficient Storage\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function peerOf(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('request' in message)) return 'unknown';
  const { request } = message;
  if (typeof request !== 'object' || request === null || !('getHeader' in request)) return 'unknown';
  return typeof request.getHeader === 'function' ? String(request.getHeader('host')) : 'unknown';
}
