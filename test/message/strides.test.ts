import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEARCHED_AT_ONCE } from '../../src/message/boundaries.ts';
import { sha256 } from '../../src/message/digest.ts';
import { skipToBody } from '../../src/message/header-block.ts';
import { Marks } from '../../src/message/marks.ts';
import { Needle } from '../../src/message/needle.ts';
import { decodeTransfer } from '../../src/message/transfer.ts';
import { Shift, STRIDE, type Steps } from '../../src/message/turns.ts';
import { atOnce, mail, read } from './build.ts';

/** The work's result and the times it paused for others. */
function counted<T>(steps: Steps<T>): { value: T; pauses: number } {
  for (let pauses = 0; ; pauses++) {
    const step = steps.next();
    if (step.done) return { value: step.value, pauses };
  }
}

const noise = (length: number) =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 7919 + (at >> 8)) % 251));
const decode = (bytes: Buffer, encoding: string) => counted(decodeTransfer(bytes, encoding, new Marks()));

describe('work in strides', () => {
  it.each([STRIDE - 1, STRIDE, STRIDE + 1, 3 * STRIDE + 5])(
    'base64 of %i bytes decodes to the same',
    (size) => {
      const content = noise(size);
      for (const line of [Number.POSITIVE_INFINITY, 76, 61, 7]) {
        const packed = content.toString('base64');
        const lines =
          line === Number.POSITIVE_INFINITY
            ? packed
            : packed.replace(new RegExp(`.{${line}}`, 'g'), '$&\r\n');
        const { value, pauses } = decode(Buffer.from(lines), 'base64');
        expect(value.equals(content)).toBe(true);
        expect(pauses).toBeLessThanOrEqual(lines.length / STRIDE + 1);
      }
    },
  );

  it('base64 with junk and paddings in it decodes to the same in pieces as at once', () => {
    const content = noise(2 * STRIDE);
    const packed = content.toString('base64').replace(/.{1000}/g, '$&-*\r\n');
    const { value, pauses } = decode(Buffer.from(packed), 'base64');
    expect(value.equals(content)).toBe(true);
    expect(pauses).toBe(Math.ceil(packed.length / STRIDE) - 1);
  });

  it.each([STRIDE - 2, STRIDE - 1, STRIDE, STRIDE + 1])(
    'quoted-printable with an escape or a soft break at byte %i',
    (at) => {
      for (const [written, read] of [
        ['=41', 'A'],
        ['=\r\n', ''],
        ['= \t\n', ''],
        ['=4', '=4'],
      ] as const) {
        const { value } = decode(Buffer.from(`${'x'.repeat(at)}${written}tail`), 'quoted-printable');
        expect(value.toString()).toBe(`${'x'.repeat(at)}${read}tail`);
      }
    },
  );

  it('small bodies are decoded without a pause', () => {
    for (const encoding of ['base64', 'quoted-printable']) {
      expect(decode(Buffer.alloc(STRIDE, 'QUJD'), encoding).pauses).toBe(0);
    }
  });

  it('a digest is that of the whole', () => {
    for (const size of [0, STRIDE, STRIDE + 1, 2 * STRIDE]) {
      const content = noise(size);
      const { value, pauses } = counted(sha256(content));
      expect(value).toBe(createHash('sha256').update(content).digest('hex'));
      expect(pauses).toBe(Math.max(0, Math.ceil(size / STRIDE) - 1));
    }
  });

  it('the end of a header block is found across strides', () => {
    for (const lineEnd of ['\n\n', '\r\n\r\n']) {
      for (const at of [0, 1, STRIDE - 4, STRIDE - 3, STRIDE - 2, STRIDE - 1, STRIDE, 2 * STRIDE]) {
        const bytes = Buffer.from(`${'x'.repeat(at)}${lineEnd}body`);
        expect(atOnce(skipToBody(bytes, 0))).toBe(at + lineEnd.length);
      }
    }
    expect(atOnce(skipToBody(Buffer.from('x'), 0))).toBe(1);
  });

  it('a boundary is found wherever a stride ends', async () => {
    // The search begins where the first part's text does.
    for (let length = SEARCHED_AT_ONCE - 10; length <= SEARCHED_AT_ONCE + 2; length++) {
      const body = `--b\r\n\r\n${'x'.repeat(length)}\r\n--b\r\n\r\nsecond\r\n--b--\r\n`;
      const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], body));
      expect(message.parts).toHaveLength(3);
      expect(message.ambiguities).toEqual([]);
    }
  });

  it('pauses are counted by work', () => {
    const shift = new Shift();
    expect(shift.due(STRIDE - 1)).toBe(false);
    expect(shift.due(1)).toBe(true);
    expect(shift.due(1)).toBe(false);
  });
});

describe('a needle', () => {
  it('finds each place once, in windows of any size', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\n', '-', 'a'), maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        (text, window) => {
          const needle = new Needle(Buffer.from(text), '\n--');
          const found: number[] = [];
          for (let start = 0; start < text.length; start += window) {
            const end = start + window;
            for (let at = needle.within(start, end); at !== -1; at = needle.within(at + 1, end))
              found.push(at);
          }
          expect(found).toEqual([...text.matchAll(/\n(?=--)/g)].map(({ index }) => index));
        },
      ),
    );
  });
});
