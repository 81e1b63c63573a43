import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_ARC_SETS,
  MAX_HEADER_BYTES,
  MAX_HEADER_LINES,
  MAX_SIGNATURE_CHARACTERS,
  MAX_SIGNATURES,
  verifiable,
} from '../../src/evidence/authentication/verifiable.ts';
import { authenticationSource } from '../../src/evidence/authentication.ts';
import { createResolver } from '../../src/evidence/dns/resolver.ts';
import { EvidenceFailure } from '../../src/evidence/evidence.ts';
import { parseAuthenticationResults } from '../../src/evidence/received-results.ts';
import { bufferContent, fileContent } from '../../src/mail/content.ts';
import { caseMail, DNS, factsFor, keyZone, mailBytes, signed } from './authentication-mail.ts';

const FROM = 'ann@shop.example';

async function read(bytes: Buffer) {
  const bounded = await verifiable(bufferContent(bytes));
  if (bounded === null) return null;
  const { header, body, ...dropped } = bounded;
  const chunks = [header];
  for await (const chunk of body()) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString('latin1'), ...dropped };
}

describe('A2 signatures', () => {
  const junk = (count: number) =>
    Array.from({ length: count }, (_, i) => `DKIM-Signature: v=1; d=d${i}.example;\r\n b=x\r\n`).join('');

  test('are looked at up to the limit, the rest is left out', async () => {
    const at = await read(Buffer.from(`${junk(MAX_SIGNATURES)}From: a\r\n\r\nbody`));
    expect(at).toMatchObject({ signaturesDropped: false });
    const above = await read(Buffer.from(`${junk(MAX_SIGNATURES + 1)}From: a\r\n\r\nbody`));
    expect(above).toEqual({
      text: `${junk(MAX_SIGNATURES)}From: a\r\n\r\nbody`,
      signaturesDropped: true,
      arcDropped: false,
    });
  });

  /** Signatures that only the key can tell from good ones: the hash of the body is right. */
  const signatures = (count: number) => {
    const bh = createHash('sha256').update('The goods are on the way.\r\n').digest('base64');
    return Array.from(
      { length: count },
      (_, i) =>
        `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d${i}.example; s=s1; h=from; bh=${bh}; b=AAAA\r\n`,
    ).join('');
  };

  test('beyond the limit cannot hide the good one on top, nor cost a question each', async () => {
    const bytes = await signed(mailBytes(FROM), 'shop.example');
    const flooded = bytes.toString().replace('From: ', `${junk(100)}From: `);
    const facts = await factsFor({ bytes: Buffer.from(flooded), zone: keyZone('shop.example') });
    expect(facts).toMatchObject({ dkim: 'pass', dkimDomains: ['shop.example'] });
  });

  test('that are longer than any real one are left out', async () => {
    const field = (length: number) => `DKIM-Signature: ${'x'.repeat(length - 18)}\r\n`;
    expect(await read(Buffer.from(`${field(MAX_SIGNATURE_CHARACTERS)}\r\n`))).toMatchObject({
      signaturesDropped: false,
    });
    expect(await read(Buffer.from(`${field(MAX_SIGNATURE_CHARACTERS + 1)}\r\n`))).toMatchObject({
      signaturesDropped: true,
    });
  });

  test('A2 a hundred of them cost no more questions than the limit', async () => {
    const asked: string[] = [];
    const bytes = Buffer.concat([Buffer.from(signatures(100)), mailBytes(FROM)]);
    expect(await factsFor({ bytes, asked })).toMatchObject({ dkim: 'policy', dkimDomains: [] });
    expect(asked.filter((question) => question.includes('_domainkey')).length).toBeLessThanOrEqual(
      MAX_SIGNATURES,
    );
  });

  test('at the end of the header take nothing of the body with them', async () => {
    const text = `From: a\r\n${junk(MAX_SIGNATURES + 1)}\r\nbody`;
    expect(await read(Buffer.from(text))).toMatchObject({
      text: `From: a\r\n${junk(MAX_SIGNATURES)}\r\nbody`,
    });
  });

  test('are counted also where the colon comes after a fold', async () => {
    const folded = 'DKIM-Signature\r\n : v=1\r\n'.repeat(MAX_SIGNATURES + 1);
    expect(await read(Buffer.from(`${folded}\r\n`))).toMatchObject({ signaturesDropped: true });
  });
});

test('A7 an ARC chain is looked at up to the limit, and gives no result above it', async () => {
  const sets = (count: number) =>
    Array.from({ length: count }, (_, i) => `ARC-Seal: i=${i + 1}; cv=none\r\n`).join('');
  expect(await read(Buffer.from(`${sets(MAX_ARC_SETS)}\r\n`))).toMatchObject({ arcDropped: false });
  expect(await read(Buffer.from(`${sets(MAX_ARC_SETS + 1)}From: a\r\n\r\n`))).toMatchObject({
    arcDropped: true,
    text: 'From: a\r\n\r\n',
  });
  const bytes = Buffer.concat([Buffer.from(sets(50)), mailBytes(FROM)]);
  expect(await factsFor({ bytes })).toMatchObject({ arc: 'policy' });
});

describe('the header section', () => {
  test('is verified up to its limit of bytes', async () => {
    const header = (length: number) => Buffer.from(`X: ${'x'.repeat(length - 7)}\r\n\r\n`);
    expect(await read(header(MAX_HEADER_BYTES))).not.toBeNull();
    expect(await read(Buffer.concat([header(MAX_HEADER_BYTES + 1), Buffer.from('body')]))).toBeNull();
  });

  test('is verified up to its limit of lines', async () => {
    const header = (lines: number) => Buffer.from(`${'X: x\r\n'.repeat(lines - 1)}\r\n`);
    expect(await read(header(MAX_HEADER_LINES))).not.toBeNull();
    expect(await read(header(MAX_HEADER_LINES + 1))).toBeNull();
    expect(await factsFor({ bytes: header(MAX_HEADER_LINES + 1) })).toMatchObject({
      dkim: 'policy',
      dmarc: null,
    });
  });
});

test('A3 a body beyond the first part is hashed to its end, however it comes in chunks', async () => {
  const body = `${'All of it counts.\r\n'.repeat(40_000)}`;
  const bytes = await signed(mailBytes(FROM, body), 'shop.example');
  const zone = keyZone('shop.example');
  expect(await factsFor({ bytes, zone })).toMatchObject({ dkim: 'pass' });
  expect(await factsFor({ bytes: Buffer.concat([bytes, Buffer.from('x\r\n')]), zone })).toMatchObject({
    dkim: 'fail',
  });
  const flooded = Buffer.concat([Buffer.from('ARC-Seal: i=1\r\n'.repeat(MAX_ARC_SETS + 1)), bytes]);
  expect(await factsFor({ bytes: flooded, zone })).toMatchObject({ dkim: 'pass', arc: 'policy' });
});

describe('A3 the hash of a body', () => {
  // Line ends and blanks in every way, beyond the part that is read at once.
  const parts = ['word', ' ', '\t \t', '\r\n', ' \r\n', '\r\n\r\n', '\r\n\r\n\r\n', '\t'];
  const body = Array.from({ length: 90_000 }, (_, i) => parts[(i * i + (i >> 3)) % parts.length]).join('');
  const zone = keyZone('shop.example');

  test('is the same in memory, from a file, and however a stream is cut', async () => {
    const good = await signed(mailBytes(FROM, body), 'shop.example');
    const changed = Buffer.concat([good, Buffer.from('x')]);
    const folder = await mkdtemp(join(tmpdir(), 'postern-body-'));
    try {
      for (const [bytes, dkim] of [
        [good, 'pass'],
        [changed, 'fail'],
      ] as const) {
        const path = join(folder, 'mail.eml');
        await writeFile(path, bytes);
        expect(await factsFor({ bytes, zone })).toMatchObject({ dkim });
        expect(await factsFor({ content: fileContent(path, bytes.length), zone })).toMatchObject({ dkim });
        const sizes = fc.array(
          fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100_000 })),
          {
            minLength: 1,
            maxLength: 400,
          },
        );
        await fc.assert(
          fc.asyncProperty(sizes, async (cuts) => {
            const content = { ...bufferContent(bytes), stream: () => Readable.from(pieces(bytes, cuts)) };
            expect(await factsFor({ content, zone })).toMatchObject({ dkim });
          }),
          { numRuns: 15 },
        );
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  /** Pieces of these sizes, and the rest. */
  function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
    let at = 0;
    for (const size of sizes) {
      if (at < bytes.length) yield bytes.subarray(at, at + size);
      at += size;
    }
    if (at < bytes.length) yield bytes.subarray(at);
  }
});

test('what is left out of the header is left out of a stream of any chunks', async () => {
  const bytes = Buffer.from(
    `${'ARC-Seal: i=1\r\n'.repeat(MAX_ARC_SETS + 1)}From: a\r\n\r\n${'b'.repeat(MAX_HEADER_BYTES)}`,
  );
  const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) =>
    bytes.subarray(i * 7, i * 7 + 7),
  );
  const content = { ...bufferContent(bytes), stream: () => Readable.from(chunks, { objectMode: false }) };
  const bounded = await verifiable(content);
  const read: Buffer[] = [];
  for await (const chunk of bounded?.body() ?? []) read.push(chunk);
  expect(bounded?.header.toString()).toBe('From: a\r\n\r\n');
  expect(Buffer.concat(read).equals(Buffer.from('b'.repeat(MAX_HEADER_BYTES)))).toBe(true);
});

describe('DNS', () => {
  const source = (upstream: () => Promise<never>) =>
    authenticationSource({
      resolver: createResolver(DNS, { upstream }),
      dns: { ...DNS, messageTimeoutMs: 20 },
      mta: 'mx.example.net',
      trustedAuthservIds: [],
    });

  test('A6 that is silent ends in temperror within the time of the message', async () => {
    const [mail, message] = await inputs();
    const facts = await source(() => new Promise(() => undefined)).gather(mail, message, {});
    expect(facts).toMatchObject({ spf: 'temperror', dkim: 'temperror', dmarc: 'temperror', source: 'live' });
    expect(facts.dnsFailures).toBeGreaterThan(2);
    expect(facts.authenticatedDomain).toBe('');
  });

  test('does not hide that the mail cannot be read', async () => {
    const [mail, message] = await inputs();
    const broken = {
      size: 2 * MAX_HEADER_BYTES,
      stream: () => Readable.from([]),
      head: () => Promise.reject(new Error('no such file')),
    };
    const gathered = source(() => Promise.reject(new Error('down'))).gather(
      { ...mail, content: broken },
      message,
      {},
    );
    await expect(gathered).rejects.toBeInstanceOf(EvidenceFailure);
    await expect(gathered).rejects.toMatchObject({ reason: 'unavailable' });
  });

  async function inputs() {
    return caseMail({ bytes: await signed(mailBytes(FROM), 'shop.example') });
  }
});

describe('Authentication-Results', () => {
  test('quotes, comments, versions and white space around = are read', () => {
    const parsed = parseAuthenticationResults(
      'Example.COM (a;b\\)) 1; SPF/1 = pass reason="a; header.d=evil.example" smtp.mailfrom = "a b"@x.example;;none',
    );
    expect(parsed?.authservId).toBe('example.com');
    expect(parsed?.results).toEqual([
      {
        method: 'spf',
        result: 'pass',
        properties: new Map([
          ['reason', 'a; header.d=evil.example'],
          ['smtp.mailfrom', 'a b@x.example'],
        ]),
      },
    ]);
  });
});
