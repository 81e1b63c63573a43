import { describe, expect, it } from 'vitest';
import { QrCodes } from '../../../src/message/images/qr-codes.ts';
import { MOST_WAITING, QrThread } from '../../../src/message/images/qr-thread.ts';
import { LinkCollector } from '../../../src/message/links.ts';
import { Marks } from '../../../src/message/marks.ts';
import { DEFAULT_BUDGETS } from '../../../src/message/parse.ts';
import { png, qrPng } from './pictures.ts';

/** Corners of codes, as many as fit: the decoder tries every three of them. */
function corners(side: number): Buffer {
  const grey = Buffer.alloc(side * side, 255);
  const ring = (at: number) => (at < 1 || at > 5 ? 0 : at < 2 || at > 4 ? 1 : 2);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [u, v] = [x % 9, y % 9];
      if (u < 7 && v < 7) grey[y * side + x] = Math.min(ring(u), ring(v)) === 1 ? 255 : 0;
    }
  }
  return png(side, side, grey);
}

describe('the thread that decodes', () => {
  it('gives up an image that takes too long, and decodes the next one', async () => {
    const thread = new QrThread(40);
    expect(await thread.decode(corners(1_400))).toBe('gaveUp');
    const patient = new QrThread(60_000);
    expect(await patient.decode(await qrPng('https://qr.example/'))).toEqual(['https://qr.example/']);
    const again = new QrThread(1);
    expect(await again.decode(corners(1_400))).toBe('gaveUp');
    expect(await again.decode(corners(1_400))).toBe('gaveUp');
  });

  it('spends no more time on a message whose image took too long', async () => {
    const codes = new QrCodes(new LinkCollector(DEFAULT_BUDGETS, new Marks()), undefined, new QrThread(40));
    expect(await codes.search(corners(1_400))).toBe('unread');
    expect(codes.room).toBe(0);
    expect(await codes.search(png(100, 100))).toBe('unread');
  });

  it('decodes one image after the other, and refuses at a crowd', async () => {
    const thread = new QrThread(60_000);
    const image = await qrPng('https://qr.example/');
    const all = await Promise.all(Array.from({ length: MOST_WAITING + 1 }, () => thread.decode(image)));
    expect(all.slice(0, MOST_WAITING)).toEqual(Array(MOST_WAITING).fill(['https://qr.example/']));
    expect(all[MOST_WAITING]).toBe('gaveUp');
    expect(await thread.decode(image)).toEqual(['https://qr.example/']);
  });

  it('names what is no image', async () => {
    expect(await new QrThread(60_000).decode(Buffer.from('plain text'))).toBe('damaged');
  });
});
