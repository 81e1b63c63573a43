import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageSize } from '../../../src/message/images/size.ts';
import { png } from './pictures.ts';

const latin1 = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(30)]);

describe('the size that an image claims', () => {
  it.each([
    ['PNG', png(70, 90), 70, 90],
    ['GIF', latin1('GIF89a\x46\x00\x5a\x01'), 70, 346],
    ['JPEG', latin1('\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xff\xc2\x00\x11\x08\x00\x5a\x01\x46'), 326, 90],
    [
      'BMP',
      Buffer.concat([
        latin1('BM').subarray(0, 18),
        Buffer.from([70, 0, 0, 0, 0xa6, 0xff, 0xff, 0xff]),
        Buffer.alloc(9),
      ]),
      70,
      90,
    ],
  ])('%s', (_kind, bytes, width, height) => {
    expect(imageSize(bytes)).toEqual({ width, height });
  });

  it.each([
    ['text', latin1('plain')],
    ['a JPEG without frame', latin1('\xff\xd8\xff\xe0\x00\x04ab')],
    ['next to nothing', Buffer.from('GIF89a')],
  ])('is unknown of %s', (_kind, bytes) => {
    expect(imageSize(bytes)).toBeNull();
  });

  it('is read of any bytes without an error', () => {
    const starts = ['\x89PNG\r\n\x1a\n', 'GIF89a', 'BM', '\xff\xd8', '\xff\xd8\xff\xc0'];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 60 }), (start, bytes) => {
        imageSize(Buffer.concat([Buffer.from(start, 'latin1'), Buffer.from(bytes)]));
      }),
    );
  });
});
