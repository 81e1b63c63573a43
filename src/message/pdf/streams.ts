/** A stream of a PDF: what its dictionary says, and where its data lies. */
export interface PdfStream {
  readonly dictionary: string;
  readonly data: Buffer;
}

/** Bytes of a PDF that are looked at; brochures are larger, invoices and lures are not. */
export const PDF_SCANNED = 8 * 1024 * 1024;
/** Characters outside of streams that are read; a book of links has a tenth. */
export const PDF_OUTSIDE = 2 * 1024 * 1024;
/** Streams of one file; each costs two searches. A page has five to ten. */
const MAX_STREAMS = 5_000;
/** A stream's dictionary stands directly before it. */
const LONGEST_DICTIONARY = 4 * 1024;

export interface PdfLayout {
  /** What stands outside of streams: dictionaries, with their names and strings. */
  readonly outside: string;
  readonly streams: readonly PdfStream[];
  readonly cut: boolean;
}

/** Takes a PDF apart into streams and what is between them, without its cross-references: lures are often broken. */
export function pdfLayout(bytes: Buffer): PdfLayout {
  const scanned = bytes.subarray(0, PDF_SCANNED);
  const outside: string[] = [];
  const streams: PdfStream[] = [];
  let from = 0;
  let outsideLeft = PDF_OUTSIDE;
  let cut = bytes.length > PDF_SCANNED;
  const keep = (start: number, end: number) => {
    if (end - start > outsideLeft) cut = true;
    const text = scanned.toString('latin1', start, Math.min(end, start + outsideLeft));
    outsideLeft -= text.length;
    outside.push(text);
  };
  for (;;) {
    const keyword = scanned.indexOf('stream', from, 'latin1');
    if (keyword === -1) break;
    if (streams.length >= MAX_STREAMS) {
      cut = true;
      break;
    }
    keep(from, keyword);
    const start = dataStart(scanned, keyword + 'stream'.length);
    if (start === null) {
      from = keyword + 'stream'.length;
      continue;
    }
    const end = scanned.indexOf('endstream', start, 'latin1');
    const dictionary = scanned.toString('latin1', Math.max(from, keyword - LONGEST_DICTIONARY), keyword);
    const stop = end === -1 ? scanned.length : end;
    streams.push({
      dictionary: dictionary.slice(dictionary.lastIndexOf('obj') + 1),
      data: scanned.subarray(start, stop),
    });
    from = end === -1 ? scanned.length : end + 'endstream'.length;
  }
  keep(from, scanned.length);
  return { outside: outside.join('\n'), streams, cut };
}

/** The keyword is followed by CRLF or LF (section 7.3.8.1), a lone CR is met as well; else it is no stream. */
function dataStart(bytes: Buffer, at: number): number | null {
  if (bytes[at] === 0x0d) return bytes[at + 1] === 0x0a ? at + 2 : at + 1;
  return bytes[at] === 0x0a ? at + 1 : null;
}
