import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { dkimBody } from 'mailauth/lib/dkim/body/index.js';
import { describe, expect, test } from 'vitest';
import { BodyHash, BodyHashes } from '../../../src/evidence/authentication/body-hashes.ts';
import { CanonicalBody, type Canonicalization } from '../../../src/evidence/authentication/canonical-body.ts';

const FORMS: readonly Canonicalization[] = ['simple', 'relaxed'];

/** Bodies made of what canonical forms care about. */
const body = fc
  .array(
    fc.constantFrom('\r\n', '\n', '\r', ' ', '\t', '  \t', 'a', 'word', '.', '\0', 'é', '\r\n\r\n\r\n'),
    {
      maxLength: 60,
    },
  )
  .map((parts) => Buffer.from(parts.join('')));
const cuts = fc.array(fc.nat(200), { maxLength: 20 });

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set([...at.filter((end) => end < bytes.length), bytes.length])].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

function canonical(form: Canonicalization, chunks: readonly Buffer[]): Buffer {
  const canon = new CanonicalBody(form);
  const pieces: Buffer[] = [];
  for (const chunk of chunks) for (const piece of canon.push(chunk)) pieces.push(Buffer.from(piece));
  for (const piece of canon.end()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function hashed(form: Canonicalization, chunks: readonly Buffer[], limit: number | null) {
  const hash = new BodyHash('sha256', limit);
  const hashes = new BodyHashes();
  hashes.add(form, hash);
  for (const chunk of chunks) await hashes.update(chunk);
  await hashes.end();
  return {
    digest: hash.digest('base64'),
    total: hash.canonicalizedLength,
    hashed: hash.bodyHashedBytes,
  };
}

/** What the library makes of the whole body, line ends made CRLF before, as its parser does. */
function library(form: Canonicalization, bytes: Buffer, limit: number | null) {
  const text = bytes.toString('latin1').replace(/(?<!\r)\n/g, '\r\n');
  const hash = dkimBody(`relaxed/${form}`, 'sha256', limit ?? undefined);
  hash.update(Buffer.from(text, 'latin1'));
  const digest = hash.digest('base64');
  return { digest, total: hash.canonicalizedLength, hashed: hash.bodyHashedBytes };
}

describe('the canonical form of a body', () => {
  test.each<[Canonicalization, string, string]>([
    ['simple', '', '\r\n'],
    ['simple', 'a', 'a\r\n'],
    ['simple', 'a \t b \r\n\r\n\r\n', 'a \t b \r\n'],
    ['simple', 'a\n\nb\n\n', 'a\r\n\r\nb\r\n'],
    ['simple', 'a\r', 'a\r\r\n'],
    ['relaxed', '', ''],
    ['relaxed', ' \t\r\n\r\n', ''],
    ['relaxed', ' \t', ''],
    // The example of RFC 6376 section 3.4.5.
    ['relaxed', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
    ['relaxed', 'a \r \r\n', 'a \r\r\n'],
  ])('%s of %j is %j', (form, given, wanted) => {
    expect(canonical(form, [Buffer.from(given)]).toString()).toBe(wanted);
  });

  test.each(FORMS)('A3 %s: does not depend on how the body is cut into chunks', (form) => {
    fc.assert(
      fc.property(body, cuts, (bytes, at) => {
        expect(canonical(form, cut(bytes, at))).toEqual(canonical(form, [bytes]));
      }),
      { numRuns: 500 },
    );
  });

  test.each(FORMS)('%s: hashes to what the library hashes to, with l= and without', async (form) => {
    const limit = fc.option(fc.nat(80));
    await fc.assert(
      fc.asyncProperty(body, cuts, limit, async (bytes, at, most) => {
        expect(await hashed(form, cut(bytes, at), most)).toEqual(library(form, bytes, most));
      }),
      { numRuns: 500 },
    );
  });

  test.each(FORMS)('%s: is whole where held line ends are more than a piece takes', (form) => {
    for (const lines of [32_766, 32_767, 32_768, 32_769, 200_000]) {
      const text = `a${'\r\n'.repeat(lines)} b\r\n`;
      const wanted = createHash('sha256').update(text).digest('hex');
      const given = createHash('sha256')
        .update(canonical(form, [Buffer.from(text)]))
        .digest('hex');
      expect(given).toBe(wanted);
    }
  });

  test.each(FORMS)('%s: is whole at the end of a piece, whatever comes there', (form) => {
    for (let length = 65_530; length <= 65_540; length += 1) {
      for (const end of ['', '\r', '\r\n', ' b', '\rb', '\r\nb']) {
        const text = `${'a'.repeat(length)}${end}`;
        const wanted = text.endsWith('\r\n') ? text : `${text}\r\n`;
        expect(canonical(form, [Buffer.from(text)]).toString() === wanted).toBe(true);
      }
    }
  });
});

test('a hash counts the whole body, and takes in what l= allows: one below, all, one above', () => {
  const whole = Buffer.from('0123456789');
  for (const [limit, count] of [
    [9, 9],
    [10, 10],
    [11, 10],
    [0, 0],
  ] as const) {
    const hash = new BodyHash('sha256', limit);
    hash.update(whole.subarray(0, 4));
    hash.update(whole.subarray(4));
    expect(hash).toMatchObject({ canonicalizedLength: 10, bodyHashedBytes: count });
    expect(hash.digest('base64')).toBe(
      createHash('sha256').update(whole.subarray(0, count)).digest('base64'),
    );
  }
});
