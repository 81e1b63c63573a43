import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pdfFacts } from '../../src/message/pdf.ts';
import { Unpacker } from '../../src/message/unpacker.ts';
import { atOnce, file, mail, multipart, read } from './build.ts';
import { qrPixels } from './images/pictures.ts';
import { objectStream, pdf, stream } from './pdf/files.ts';

const look = (bytes: Buffer, unpacker = new Unpacker()) => atOnce(pdfFacts(bytes, 200, unpacker));
const withPdf = (bytes: Buffer) =>
  read(
    mail(
      ['Content-Type: multipart/mixed; boundary=b'],
      multipart('b', ['\r\nhi', file('application/pdf', 'a.pdf', bytes)]),
    ),
  );

describe('a PDF', () => {
  it('gives links that stand in compressed objects', async () => {
    const message = await withPdf(pdf(objectStream('9 0 <</S/URI/URI(https://deep.example/a)>>')));
    expect(message.links.map(({ where, url }) => `${where} ${url}`)).toEqual([
      'attachment https://deep.example/a',
    ]);
    expect(message.attachments[0]).toMatchObject({ links: 1, signs: [] });
  });

  it.each([
    ['(https://a.example/\\(x\\))', 'https://a.example/(x)'],
    ['(https://a.example/(x))', 'https://a.example/(x)'],
    ['(https://\\141.example/)', 'https://a.example/'],
    ['(https://a.exam\\\nple/)', 'https://a.example/'],
    ['<68747470733A2F2F612E6578616D706C652F>', 'https://a.example/'],
    ['(\xfe\xff\0h\0t\0t\0p\0:\0/\0/\0a\0.\0b)', 'http://a.b'],
  ])('reads the address %j', (written, url) => {
    expect(look(pdf(`<</S/URI/URI ${written}>>`))?.uris).toEqual([url]);
  });

  it('gives the address a form is sent to, and no file names', () => {
    expect(look(pdf('<</S/SubmitForm/F(https://form.example/)>>', '<</F(report.pdf)>>'))?.uris).toEqual([
      'https://form.example/',
    ]);
  });

  it.each([
    ['<</S/JavaScript/JS(app.alert(1))>>', ['pdf_script']],
    ['<</S/J#61vaScript/J#53(app.alert(1))>>', ['pdf_script']],
    ['<</S/Launch/F(cmd.exe)>>', ['pdf_launch']],
    ['<</S/GoTo/D[1 0 R/Fit]>>', []],
    ['<</JSX 1/LaunchPad 2>>', []],
  ])('that holds %s has the signs %j, compressed or not', (object, signs) => {
    expect(look(pdf(object))?.signs).toEqual(signs);
    expect(look(pdf(objectStream(object)))?.signs).toEqual(signs);
  });

  it('is not taken for scripted by bytes of its images', () => {
    const noise = Buffer.from('xx/JS(/Launch /URI(https://noise.example/) /Encrypt ');
    const facts = look(pdf(stream('/Subtype/Image/Filter/DCTDecode', noise)));
    expect(facts).toMatchObject({ signs: [], uris: [], encrypted: false });
  });

  it('is known as encrypted in the trailer and in compressed objects', () => {
    expect(look(pdf('<</Encrypt 5 0 R>>'))?.encrypted).toBe(true);
    expect(look(pdf('<</EncryptMetadata true>>'))?.encrypted).toBe(false);
  });

  it('with a bomb costs no more than the budget, and says that it was read in part', async () => {
    const bomb = objectStream(`${' '.repeat(3 * 1024 * 1024)}/JS`);
    const unpacker = new Unpacker();
    look(pdf(bomb), unpacker);
    expect(unpacker.takeCut()).toBe(true);
    expect((await withPdf(pdf(bomb))).attachments[0]?.signs).toContain('read_in_part');
  });

  it('that is cut anywhere or any bytes never throws', () => {
    const whole = pdf('<</URI(https://a.example/)>>', objectStream('<</JS(x)>>'));
    for (let at = 0; at <= whole.length; at++) look(whole.subarray(0, at));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        look(Buffer.concat([Buffer.from('%PDF-1.4\nobj stream\n'), Buffer.from(bytes)]));
      }),
    );
  });
});

describe('images in the pages of a PDF', () => {
  const image = (side: number, more: string) =>
    `/Type/XObject/Subtype/Image/Width ${side}/Height ${side}${more}/Filter/FlateDecode`;
  const urls = async (object: Buffer) =>
    (await withPdf(pdf(object))).links.map(({ where, url }) => [where, url]);
  const found = [['qr', 'https://qr.example/p']];

  it('are searched for QR codes: grey, RGB, one bit', async () => {
    const { side, grey } = await qrPixels('https://qr.example/p');
    const rgb = Buffer.alloc(grey.length * 3);
    grey.forEach((value, at) => void rgb.fill(value, at * 3, at * 3 + 3));
    const rowBytes = Math.ceil(side / 8);
    const bits = Buffer.alloc(rowBytes * side);
    grey.forEach((value, at) => {
      const place = Math.floor(at / side) * rowBytes + ((at % side) >> 3);
      if (value > 127) bits[place] = (bits[place] ?? 0) | (0x80 >> ((at % side) & 7));
    });
    expect(await urls(stream(image(side, '/BitsPerComponent 8'), deflateSync(grey)))).toEqual(found);
    expect(await urls(stream(image(side, '/BitsPerComponent 8'), deflateSync(rgb)))).toEqual(found);
    expect(await urls(stream(image(side, '/BitsPerComponent 1'), deflateSync(bits)))).toEqual(found);
  });

  it.each([0, 1, 2, 3, 4])('are searched behind the row filter %i', async (filter) => {
    const { side, grey } = await qrPixels('https://qr.example/p');
    const rows = Buffer.alloc((side + 1) * side);
    const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (grey[y * side + x] ?? 0));
    for (let y = 0; y < side; y++) {
      rows[y * (side + 1)] = filter;
      for (let x = 0; x < side; x++) {
        const [left, up, upLeft] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
        const nearest = [left, up, upLeft].reduce((best, one) => {
          const target = left + up - upLeft;
          return Math.abs(one - target) < Math.abs(best - target) ? one : best;
        });
        const estimate = [0, left, up, (left + up) >> 1, nearest][filter] ?? 0;
        rows[y * (side + 1) + 1 + x] = (at(x, y) - estimate) & 0xff;
      }
    }
    const parameters = `/BitsPerComponent 8/DecodeParms<</Predictor 15/Colors 1/Columns ${side}>>`;
    expect(await urls(stream(image(side, parameters), deflateSync(rows)))).toEqual(found);
  });

  it('larger than the budget are looked at in less detail', async () => {
    const { side, grey } = await qrPixels('https://qr.example/p', 56);
    expect(side * side).toBeGreaterThan(2_250_000);
    expect(await urls(stream(image(side, '/BitsPerComponent 8'), deflateSync(grey)))).toEqual(found);
  });

  it('in formats that we do not read are named, those too small for a code are not', async () => {
    const signs = async (side: number) =>
      (await withPdf(pdf(stream(`/Subtype/Image/Width ${side}/Height ${side}/Filter/JPXDecode`, 'x'))))
        .attachments[0]?.signs;
    expect(await signs(60)).toEqual(['image_unread']);
    expect(await signs(59)).toEqual([]);
  });
});
