/** A stream of a PDF: what its dictionary says, and where its data lies. */
export interface PdfStream {
  readonly dictionary: string;
  readonly data: Buffer;
}

/** Bytes of a PDF that are looked at; brochures are larger, invoices and lures are not. */
export const PDF_SCANNED = 8 * 1024 * 1024;
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
  let cut = bytes.length > PDF_SCANNED;
  for (;;) {
    const keyword = scanned.indexOf('stream', from, 'latin1');
    if (keyword === -1) break;
    if (streams.length >= MAX_STREAMS) {
      cut = true;
      break;
    }
    const before = scanned.toString('latin1', from, keyword);
    outside.push(before);
    const start = dataStart(scanned, keyword + 'stream'.length);
    if (start === null) {
      from = keyword + 'stream'.length;
      continue;
    }
    const end = scanned.indexOf('endstream', start, 'latin1');
    const dictionary = before.slice(-LONGEST_DICTIONARY);
    const stop = end === -1 ? scanned.length : end;
    streams.push({
      dictionary: dictionary.slice(dictionary.lastIndexOf('obj') + 1),
      data: scanned.subarray(start, stop),
    });
    from = end === -1 ? scanned.length : end + 'endstream'.length;
  }
  outside.push(scanned.toString('latin1', from));
  return { outside: plainNames(outside.join('\n')), streams, cut };
}

/** The keyword is followed by CRLF or LF (section 7.3.8.1), a lone CR is met as well; else it is no stream. */
function dataStart(bytes: Buffer, at: number): number | null {
  if (bytes[at] === 0x0d) return bytes[at + 1] === 0x0a ? at + 2 : at + 1;
  return bytes[at] === 0x0a ? at + 1 : null;
}

/** Names may spell their letters as #xx (section 7.3.5), which hides them from a plain search. */
export function plainNames(text: string): string {
  if (!text.includes('#')) return text;
  return text.replace(/\/[A-Za-z]{0,20}(?:#[0-9a-f]{2}[A-Za-z]{0,20}){1,20}/gi, (name) =>
    name.replace(/#([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}
