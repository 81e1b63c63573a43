import type { FileSign } from './message.ts';
import { type PdfLayout, type PdfStream, pdfLayout, plainNames } from './pdf/streams.ts';
import { stringAt } from './pdf/strings.ts';
import type { Unpacker } from './unpacker.ts';

export interface PdfFacts {
  readonly encrypted: boolean;
  /** Targets of links and forms. */
  readonly uris: readonly string[];
  readonly signs: readonly FileSign[];
  readonly streams: readonly PdfStream[];
}

/** Readers accept the signature within the first kilobyte. */
const SIGNATURE_REACH = 1_024;
/** Occurrences of the keys that are looked at: a page of links has some hundred. */
const MAX_TRIES = 2_000;
/** Unpacked objects of one file: dictionaries are short, and pages of text and fonts do not stand here. */
const OBJECT_BYTES = 2 * 1024 * 1024;

/** Looks into a PDF: what stands in plain and in compressed object streams (ISO 32000 section 7.5.7); null where it is none. */
export function pdfFacts(bytes: Buffer, maxUris: number, unpacker: Unpacker): PdfFacts | null {
  if (!bytes.subarray(0, SIGNATURE_REACH).includes('%PDF-')) return null;
  const layout = pdfLayout(bytes);
  const text = `${layout.outside}\n${objects(layout, unpacker)}`;
  const signs: FileSign[] = [];
  if (/\/(?:JavaScript|JS)(?![A-Za-z0-9])/.test(text)) signs.push('pdf_script');
  if (/\/Launch(?![A-Za-z0-9])/.test(text)) signs.push('pdf_launch');
  if (layout.cut) signs.push('read_in_part');
  return {
    encrypted: /\/Encrypt(?![A-Za-z0-9])/.test(text),
    uris: [...urisIn(text, maxUris)],
    signs,
    streams: layout.streams,
  };
}

function objects(layout: PdfLayout, unpacker: Unpacker): string {
  const texts: string[] = [];
  for (const { dictionary, data } of layout.streams) {
    if (!/\/Type\s*\/ObjStm\b/.test(dictionary)) continue;
    const unpacked = /\/FlateDecode\b/.test(dictionary) ? unpacker.unpack(data, 'zlib', OBJECT_BYTES) : data;
    if (unpacked !== null) texts.push(unpacked.toString('latin1'));
  }
  return plainNames(texts.join('\n'));
}

/** Strings of /URI, and of /F where it is an address (a form that is sent, a document elsewhere). */
function urisIn(text: string, most: number): ReadonlySet<string> {
  const uris = new Set<string>();
  let tries = 0;
  for (const match of text.matchAll(/\/(URI|F)(?=[\s(<])/g)) {
    tries += 1;
    if (tries > MAX_TRIES || uris.size >= most) break;
    const uri = stringAt(text, match.index + match[0].length);
    if (uri === null || uri === '') continue;
    if (match[1] === 'URI' || /^https?:/i.test(uri)) uris.add(uri);
  }
  return uris;
}
