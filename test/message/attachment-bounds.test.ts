import { describe, expect, it } from 'vitest';
import { readArchive } from '../../src/message/archive.ts';
import { LinkCollector } from '../../src/message/links.ts';
import { Marks } from '../../src/message/marks.ts';
import { collectPageLinks } from '../../src/message/page-links.ts';
import { DEFAULT_BUDGETS } from '../../src/message/parse.ts';
import { PDF_OUTSIDE, PDF_SCANNED } from '../../src/message/pdf/streams.ts';
import { pdfFacts } from '../../src/message/pdf.ts';
import { Unpacker } from '../../src/message/unpacker.ts';
import { zipOf } from './archives/files.ts';
import { atOnce } from './build.ts';

const named = (count: number, name: (at: number) => string, content: Buffer | string) =>
  zipOf(Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), content])));
const look = (bytes: Buffer) => readArchive(bytes, 1_000, new Unpacker());
const scripted = (bytes: Buffer) => atOnce(pdfFacts(bytes, 10, new Unpacker()));

describe('bounds of what is read in files', () => {
  it.each([
    [29, 58],
    [30, 60],
    [31, 61],
  ])('of %i inner archives 30 are opened', async (count, entries) => {
    const inner = zipOf({ 'a.txt': 'a' });
    expect((await look(named(count, (at) => `${at}.zip`, inner)))?.entries).toHaveLength(entries);
  });

  it.each([
    [7, 7],
    [8, 8],
    [9, 8],
  ])('of %i pages in an archive %i are read', async (count, pages) => {
    const facts = await look(named(count, (at) => `${at}.html`, '<p>x</p>'));
    expect(facts?.pages).toHaveLength(pages);
  });

  it('of a page in an archive 64 KiB are read', async () => {
    for (const size of [65_535, 65_536, 65_537]) {
      const facts = await look(zipOf({ 'a.html': Buffer.alloc(size, 'abcdefgh') }, 0));
      expect(facts?.pages[0]?.length).toBe(Math.min(size, 65_536));
    }
  });

  it('of a PDF its first 8 MiB are read', () => {
    const [head, tail] = ['%PDF-1.4\n<</Subtype/Image>>\nstream\n', '\nendstream\n<</JS(x)>>'];
    for (const more of [-1, 0, 1]) {
      const filler = Buffer.alloc(PDF_SCANNED - head.length - tail.length + more);
      const facts = scripted(Buffer.concat([Buffer.from(head), filler, Buffer.from(tail)]));
      expect(facts?.signs).toEqual(more > 0 ? ['pdf_script', 'read_in_part'] : ['pdf_script']);
    }
    const beyond = Buffer.concat([Buffer.from(head), Buffer.alloc(PDF_SCANNED), Buffer.from(tail)]);
    expect(scripted(beyond)?.signs).toEqual(['read_in_part']);
  });

  it('of a PDF 2 MiB outside of streams are read', () => {
    for (const more of [-1, 0, 1]) {
      const facts = scripted(Buffer.from(`%PDF-1.4\n${' '.repeat(PDF_OUTSIDE - 9 + more)}`));
      expect(facts?.signs).toEqual(more > 0 ? ['read_in_part'] : []);
    }
  });

  it('of addresses in a PDF 2,000 are looked at, and one that does not end counts as 20', () => {
    const uris = (text: string) =>
      atOnce(pdfFacts(Buffer.from(`%PDF-1.4\n${text}`), 1e6, new Unpacker()))?.uris.length;
    const many = (count: number) => Array.from({ length: count }, (_, at) => `/URI(a${at})`).join(' ');
    expect(uris(many(1_999))).toBe(1_999);
    expect(uris(many(2_000))).toBe(2_000);
    expect(uris(many(2_001))).toBe(2_000);
    const open = `/URI(${'x'.repeat(9_000)} `;
    expect(uris(`${open.repeat(99)} ${many(1)}`)).toBe(1);
    expect(uris(`${open.repeat(100)} ${many(1)}`)).toBe(0);
  });

  it.each([
    [49, 49],
    [50, 50],
    [51, 50],
  ])('of %i packed addresses in a page %i are read', (count, found) => {
    const links = new LinkCollector(DEFAULT_BUDGETS, new Marks());
    const packed = (at: number) => `"${Buffer.from(`https://a${at}.example/x`).toString('base64')}"`;
    collectPageLinks(Array.from({ length: count }, (_, at) => packed(at)).join(','), links);
    expect(links.links).toHaveLength(found);
  });
});
