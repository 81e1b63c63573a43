/**
 * What authentication costs for hostile messages: milliseconds and the longest stretch that held the event loop.
 * `node bench/authentication.ts [--library] [--json]`; `--library` also times the library's own verifier on the same bytes, which takes minutes.
 */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dkimSign, dkimVerify } from 'mailauth';
import { configSchema } from '../src/config/schema.ts';
import { authenticationSource } from '../src/evidence/authentication.ts';
import { createResolver } from '../src/evidence/dns/resolver.ts';
import { bufferContent } from '../src/mail/content.ts';
import { CLEAN_WIRE, type Mail } from '../src/mail/mail.ts';
import { DEFAULT_BUDGETS, parse } from '../src/message/parse.ts';

const DNS = configSchema.parse({}).authentication.dns;
const BIG = 40 * 1024 * 1024;
const KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

interface Attempt {
  readonly name: string;
  readonly bytes: Buffer;
  readonly key: string;
  readonly runs: number;
}

interface Figures {
  readonly name: string;
  readonly bytes: number;
  readonly dkim: string | null;
  readonly ms: number;
  readonly longestHoldMs: number;
  /** CPU of the library's own verifier on the same bytes; null where it was not asked. */
  readonly libraryMs: number | null;
}

const HEADER =
  'From: Ann <ann@shop.example>\r\nTo: bob@example.com\r\nSubject: Your order\r\n' +
  'Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@shop.example>\r\n';

function mail(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${HEADER}\r\n`), body]);
}

/** A mail with the signature of one whose body is `same`: good where both have one canonical form. */
async function signed(canonicalization: string, body: Buffer, same: Buffer): Promise<Buffer> {
  const key = { signingDomain: 'shop.example', selector: 's1', privateKey: KEY.privateKey, canonicalization };
  const { signatures } = await dkimSign(mail(same), { ...key, signatureData: [key] });
  return Buffer.concat([Buffer.from(signatures), mail(body)]);
}

function hundredSignatures(body: Buffer): Buffer {
  const bh = createHash('sha256').update(body).digest('base64');
  const fields = Array.from(
    { length: 100 },
    (_, i) =>
      `DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=d${i}.example; s=s1; h=from:to:subject; bh=${bh};\r\n b=${randomBytes(256).toString('base64')}\r\n`,
  );
  return Buffer.concat([Buffer.from(fields.join('')), mail(body)]);
}

function longKey(): string {
  const modulus = randomBytes(16_384 / 8);
  modulus[0] = 0xff;
  modulus[modulus.length - 1] = 0xff;
  const key = { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' };
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' }).toString('base64');
}

function lines(bytes: number): Buffer {
  return Buffer.alloc(bytes, 'The goods are on the way, and will be with you on Tuesday.\r\n');
}

async function attempts(): Promise<Attempt[]> {
  const key = KEY.publicKey.toString('base64');
  const small = lines(60 * 85);
  const blanks = Buffer.alloc(BIG, ' ');
  const blankLines = Buffer.alloc(BIG, '  \r\n');
  const feeds = Buffer.alloc(BIG, '\n');
  const oneLine = Buffer.alloc(BIG, 'x');
  const empty = Buffer.alloc(0);
  const many = hundredSignatures(small);
  return [
    { name: '5 KB, one signature', bytes: await signed('relaxed/relaxed', small, small), key, runs: 200 },
    { name: '5 KB, 100 signatures', bytes: many, key, runs: 50 },
    {
      name: '5 KB, key of 16384 bits',
      bytes: await signed('relaxed/relaxed', small, small),
      key: longKey(),
      runs: 50,
    },
    { name: '40 MB of blanks, relaxed', bytes: await signed('relaxed/relaxed', blanks, empty), key, runs: 1 },
    {
      name: '40 MB of blank lines, relaxed',
      bytes: await signed('relaxed/relaxed', blankLines, empty),
      key,
      runs: 1,
    },
    {
      name: '40 MB of bare LF, simple',
      bytes: await signed('relaxed/simple', feeds, Buffer.from('\r\n')),
      key,
      runs: 1,
    },
    {
      name: '40 MB without a line end, relaxed',
      bytes: await signed('relaxed/relaxed', oneLine, empty),
      key,
      runs: 1,
    },
    { name: '40 MB, 100 signatures', bytes: hundredSignatures(lines(BIG)), key, runs: 1 },
  ];
}

async function measure({ name, bytes, key, runs }: Attempt, isLibraryAsked: boolean): Promise<Figures> {
  const record = `v=DKIM1; k=rsa; p=${key}`;
  const upstream = async (asked: string) => {
    if (asked.includes('._domainkey.')) return { records: [[record]], ttlSeconds: 300 };
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  };
  const source = authenticationSource({
    resolver: createResolver(DNS, { upstream }),
    dns: { ...DNS, messageTimeoutMs: 600_000 },
    mta: 'mx.example.net',
    trustedAuthservIds: [],
  });
  const given: Mail = {
    id: 'bench',
    receivedAt: new Date(),
    envelope: {
      clientIp: '198.51.100.7',
      clientName: null,
      helo: 'a.example',
      mailFrom: '',
      rcptTo: ['b@c.example'],
    },
    content: bufferContent(bytes),
    wire: CLEAN_WIRE,
    recordedAuthentication: null,
  };
  const message = await parse(bufferContent(bytes.subarray(0, 256 * 1024)), DEFAULT_BUDGETS);
  await setTimeout(50);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  let dkim: string | null = null;
  for (let run = 0; run < runs; run += 1) ({ dkim } = await source.gather(given, message, {}));
  const ms = (performance.now() - start) / runs;
  await setTimeout(5);
  delay.disable();
  const resolver = async (asked: string) => (await upstream(asked)).records;
  const libraryMs = isLibraryAsked ? await milliseconds(() => dkimVerify(bytes, { resolver })) : null;
  return { name, bytes: bytes.length, dkim, ms, longestHoldMs: delay.max / 1e6, libraryMs };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, library: { type: 'boolean' } } });
const figures: Figures[] = [];
for (const attempt of await attempts()) figures.push(await measure(attempt, values.library === true));
if (values.json === true) console.log(JSON.stringify(figures));
else
  console.table(
    figures.map(({ name, bytes, dkim, ms, longestHoldMs, libraryMs }) => ({
      message: name,
      bytes,
      dkim,
      ms: Number(ms.toFixed(2)),
      'longest hold, ms': Number(longestHoldMs.toFixed(1)),
      ...(libraryMs === null ? {} : { 'library alone, ms': Math.round(libraryMs) }),
    })),
  );
