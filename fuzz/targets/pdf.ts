import { DEFAULT_BUDGETS } from '../../src/message/budgets.ts';
import { QrCodes } from '../../src/message/images/qr-codes.ts';
import { LinkCollector } from '../../src/message/links.ts';
import { Marks } from '../../src/message/marks.ts';
import { searchPdfImages } from '../../src/message/pdf/images.ts';
import { type PdfFacts, pdfFacts } from '../../src/message/pdf.ts';
import { Unpacker } from '../../src/message/unpacker.ts';
import { PACKED, pdfs } from '../seeds/archives.ts';
import { hold, same, type Target } from '../target.ts';
import { whole } from '../whole.ts';

const MOST_URIS = 10;
const LONGEST_URI = 8 * 1_024;
const UNPACKED = 256 * 1_024;

function read(bytes: Buffer): PdfFacts | null {
  return whole(pdfFacts(bytes, MOST_URIS, new Unpacker(UNPACKED, 20)));
}

/** The search for codes itself belongs to a library; what it is given is ours. */
async function images({ streams }: PdfFacts): Promise<string> {
  const links = new LinkCollector(DEFAULT_BUDGETS, new Marks());
  const codes = new QrCodes(links, undefined, {
    decode: async (image) => {
      const [, width, height] = /^P5\n(\d+) (\d+)\n255\n/.exec(image.toString('latin1', 0, 32)) ?? [];
      const head = `P5\n${width} ${height}\n255\n`.length;
      const isWhole = width === undefined || image.length === head + Number(width) * Number(height);
      hold(isWhole, 'an image has the pixels that its size says');
      return [];
    },
  });
  return searchPdfImages(streams, codes, new Unpacker(UNPACKED, 20));
}

export const target: Target = {
  name: 'pdf',
  about: 'links, signs and page images of PDFs',
  sources: ['pdf', 'pdf/streams', 'pdf/strings', 'pdf/names', 'pdf/images'].map(
    (name) => `src/message/${name}.ts`,
  ),
  dictionary: [
    '%PDF-1.4\n',
    '/URI(',
    '/URI<',
    '/F(http://',
    '/#55RI',
    '/JavaScript',
    '/Launch',
    '/Encrypt',
    '/Type/ObjStm',
    '/Filter/FlateDecode',
    'stream\r\n',
    '\nendstream',
    'obj',
    '/Subtype/Image',
    '/Width 64',
    '/Height 64',
    '/BitsPerComponent 1',
    '/ImageMask true',
    '/Predictor 15',
    '/DCTDecode',
    '\\(',
    '\\)',
    '\\777',
    '\\\n',
    '\xfe\xff\0h',
    '<</',
    '>>',
    ...PACKED,
  ],
  pairs: [
    ['(', ')'],
    ['<</Type/ObjStm>>stream\n', '\nendstream'],
    ['/URI<', '>'],
  ],
  maxBytes: 4_096,
  seeds: pdfs,
  async run(input) {
    const facts = read(input);
    same(read(input), facts, 'the same file is read alike twice');
    if (facts === null) return;
    hold(facts.uris.length <= MOST_URIS, 'the number of links is bounded');
    hold(
      facts.uris.every((uri) => uri !== '' && uri.length <= LONGEST_URI),
      'a link is bounded',
    );
    hold(new Set(facts.signs).size === facts.signs.length, 'a sign is named once');
    const outcome = await images(facts);
    hold(outcome === (await images(facts)), 'the same images are searched alike twice');
  },
};
