import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, FrameReader, MAX_FRAME_BYTES } from '../../../src/gate/milter/frame.ts';
import { decodePacket } from '../../../src/gate/milter/packet.ts';
import { numbers } from './support/fake-mta.ts';

const frames = fc.array(
  fc.record({
    code: fc.constantFrom(...'OCDHMRTLNBEAQKU?'),
    data: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 8 },
);

function readAll(chunks: readonly Buffer[]): { frames: Frame[]; badLength: number | null } {
  const reader = new FrameReader();
  const read: Frame[] = [];
  let badLength: number | null = null;
  for (const chunk of chunks) {
    const result = reader.push(chunk);
    read.push(...result.frames);
    badLength = result.badLength;
  }
  return { frames: read, badLength };
}

function split(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

describe('frames', () => {
  it('M1 come out as they went in, however the bytes are split', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 20 }), (sent, places) => {
        const bytes = Buffer.concat(sent.map(encodeFrame));
        expect(readAll(split(bytes, places))).toEqual({ frames: sent, badLength: null });
      }),
    );
  });

  it('M1 come out as they went in when they are split at every byte', () => {
    fc.assert(
      fc.property(frames, (sent) => {
        const bytes = Buffer.concat(sent.map(encodeFrame));
        const single = [...bytes].map((byte) => Buffer.of(byte));
        expect(readAll(single).frames).toEqual(sent);
      }),
    );
  });

  it.each([0, MAX_FRAME_BYTES + 1, 2 ** 31, 2 ** 32 - 1])(
    'M1 a length of %d is bad as soon as it has come',
    (length) => {
      const good = encodeFrame({ code: 'A', data: Buffer.alloc(0) });
      const { badLength, frames: read } = readAll([good, numbers(length), good]);
      expect(badLength).toBe(length);
      expect(read).toHaveLength(1);
    },
  );

  it.each([1, MAX_FRAME_BYTES - 1, MAX_FRAME_BYTES])('M1 a length of %d is good', (length) => {
    const bytes = Buffer.concat([numbers(length), Buffer.alloc(length, 'B')]);
    const { badLength, frames: read } = readAll([bytes]);
    expect(badLength).toBeNull();
    expect(read.map(({ code, data }) => [code, data.length])).toEqual([['B', length - 1]]);
  });

  it('M1 read in time that grows with the bytes, not with the chunks squared', () => {
    const bytes = encodeFrame({ code: 'B', data: Buffer.alloc(500_000) });
    const chunks = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, at) =>
      bytes.subarray(5 * at, 5 * at + 5),
    );
    // 100,000 chunks that were each copied with all before them would be 25 GB of copying.
    expect(readAll(chunks).frames).toHaveLength(1);
  });

  it('M1 any bytes give packets or nothing, and never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const frame of readAll([Buffer.from(bytes)]).frames) decodePacket(frame);
      }),
    );
    fc.assert(fc.property(frames, (sent) => sent.forEach((frame) => void decodePacket(frame))));
  });
});
