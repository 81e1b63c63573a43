import { describe, expect, it } from 'vitest';
import { QR_BUDGETS, type QrBudgets, QrCodes, SMALLEST_SIDE } from '../../../src/message/images/qr-codes.ts';
import { LinkCollector } from '../../../src/message/links.ts';
import { Marks } from '../../../src/message/marks.ts';
import { DEFAULT_BUDGETS } from '../../../src/message/parse.ts';
import { file, mail, multipart, read, readHtml } from '../build.ts';
import { png, qrPixels, qrPng } from './pictures.ts';

function searcher(budgets: Partial<QrBudgets> = {}) {
  const links = new LinkCollector(DEFAULT_BUDGETS, new Marks());
  return { links, codes: new QrCodes(links, { ...QR_BUDGETS, ...budgets }) };
}

const withFiles = (...parts: string[]) =>
  read(mail(['Content-Type: multipart/mixed; boundary=b'], multipart('b', ['\r\nhi', ...parts])));

describe('QR codes', () => {
  it('of attached images become links of the message', async () => {
    const message = await withFiles(file('image/png', 'a.png', await qrPng('https://qr.example/login?u=1')));
    expect(message.links.map(({ where, url }) => `${where} ${url}`)).toEqual([
      'qr https://qr.example/login?u=1',
    ]);
    expect(message).toMatchObject({ qrCodes: 1, attachments: [{ links: 1, signs: [] }] });
  });

  it('of images within the HTML become links, too', async () => {
    const image = (await qrPng('https://qr.example/x')).toString('base64');
    const message = await readHtml(`<p>Scan</p><img src="data:image/png;base64,${image}">`);
    expect(message.links.find(({ where }) => where === 'qr')?.host).toBe('qr.example');
    expect(message.html?.dataImages).toBe(1);
  });

  it('without a link are counted, and make none', async () => {
    const message = await withFiles(file('image/png', 'a.png', await qrPng('WIFI:S:guests;;')));
    expect(message).toMatchObject({ qrCodes: 1, links: [{ scheme: 'wifi', host: '' }] });
    const plain = await withFiles(file('image/png', 'a.png', await qrPng('table 4')));
    expect(plain).toMatchObject({ qrCodes: 1, links: [] });
  });

  it('are told from pictures without one', async () => {
    const message = await withFiles(file('image/png', 'a.png', png(300, 300)));
    expect(message).toMatchObject({ qrCodes: 0, links: [], attachments: [{ signs: [] }] });
  });

  it('are read turned to the side and white on black', async () => {
    const { side, grey } = await qrPixels('https://qr.example/');
    const turned = Buffer.alloc(grey.length);
    grey.forEach((value, at) => {
      turned[(at % side) * side + (side - 1 - Math.floor(at / side))] = 255 - value;
    });
    const { codes, links } = searcher();
    expect(await codes.search(png(side, side, turned))).toBe('read');
    expect(links.links).toHaveLength(1);
  });

  it('are not sought in images below 60 pixels or eight times as wide as high', async () => {
    const { codes } = searcher({ images: 0 });
    expect(await codes.search(png(SMALLEST_SIDE - 1, 300))).toBe('read');
    expect(await codes.search(png(SMALLEST_SIDE, 300))).toBe('unread');
    expect(await codes.search(png(100, 801))).toBe('read');
    expect(await codes.search(png(100, 800))).toBe('unread');
  });

  it('are sought within the pixels of one image, at the edge', async () => {
    for (const [imagePixels, outcome] of [
      [9_999, 'unread'],
      [10_000, 'read'],
      [10_001, 'read'],
    ] as const) {
      expect(await searcher({ imagePixels }).codes.search(png(100, 100))).toBe(outcome);
    }
  });

  it('are sought within pixels and number of all images, at the edge', async () => {
    for (const [pixels, second] of [
      [19_999, 'unread'],
      [20_000, 'read'],
      [20_001, 'read'],
    ] as const) {
      const { codes } = searcher({ pixels });
      expect(await codes.search(png(100, 99))).toBe('read');
      expect(await codes.search(png(100, 101))).toBe(second);
    }
    const images = searcher({ images: 1 }).codes;
    expect(await images.search(png(100, 100))).toBe('read');
    expect(await images.search(png(101, 100))).toBe('unread');
  });

  it('are sought within the bytes of an image, at the edge', async () => {
    const image = png(100, 100);
    expect(await searcher({ imageBytes: image.length }).codes.search(image)).toBe('read');
    expect(await searcher({ imageBytes: image.length - 1 }).codes.search(image)).toBe('unread');
  });

  it('of one image that comes twice cost once', async () => {
    const { codes } = searcher({ images: 1 });
    const image = await qrPng('https://qr.example/');
    expect([await codes.search(image), await codes.search(image)]).toEqual(['read', 'read']);
    expect(codes.count).toBe(1);
  });

  it('in images of other formats and in damaged images are an outcome, not an error', async () => {
    const webp = Buffer.concat([Buffer.from('RIFF\x00\x10\x00\x00WEBPVP8 ', 'latin1'), Buffer.alloc(200)]);
    expect((await withFiles(file('image/webp', 'a.webp', webp))).attachments[0]?.signs).toEqual([
      'image_unread',
    ]);
    const damaged = Buffer.concat([png(100, 100).subarray(0, 40), Buffer.alloc(200, 7)]);
    expect(await searcher().codes.search(damaged)).toBe('unread');
  });
});
