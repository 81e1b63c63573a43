import type { FileSign } from './message.ts';
import { namePattern } from './pdf/names.ts';
import { type PdfLayout, type PdfStream, pdfLayout } from './pdf/streams.ts';
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
/** A string that does not end costs as much as these. */
const BROKEN_TRIES = 20;
/** Unpacked objects of one file: dictionaries are short, and pages of text and fonts do not stand here. */
const OBJECT_BYTES = 2 * 1024 * 1024;

const SCRIPT = new RegExp(namePattern('JavaScript', 'JS'));
const LAUNCH = new RegExp(namePattern('Launch'));
const ENCRYPT = new RegExp(namePattern('Encrypt'));
const OBJECT_STREAM = new RegExp(`${namePattern('Type')}\\s*${namePattern('ObjStm')}`);
const FLATE = new RegExp(namePattern('FlateDecode', 'Fl'));
/** An address, or a file that may be one. */
const URI = new RegExp(namePattern('URI'), 'g');
const FILE = new RegExp(namePattern('F'), 'g');

/** Looks into a PDF: what stands in plain and in compressed object streams (ISO 32000 section 7.5.7); null where it is none. */
export function pdfFacts(bytes: Buffer, maxUris: number, unpacker: Unpacker): PdfFacts | null {
  if (!bytes.subarray(0, SIGNATURE_REACH).includes('%PDF-')) return null;
  const layout = pdfLayout(bytes);
  const text = `${layout.outside}\n${objects(layout, unpacker)}`;
  const signs: FileSign[] = [];
  if (SCRIPT.test(text)) signs.push('pdf_script');
  if (LAUNCH.test(text)) signs.push('pdf_launch');
  if (layout.cut) signs.push('read_in_part');
  return {
    encrypted: ENCRYPT.test(text),
    uris: [...urisIn(text, maxUris)],
    signs,
    streams: layout.streams,
  };
}

function objects(layout: PdfLayout, unpacker: Unpacker): string {
  const texts: string[] = [];
  for (const { dictionary, data } of layout.streams) {
    if (!OBJECT_STREAM.test(dictionary)) continue;
    const unpacked = FLATE.test(dictionary) ? unpacker.unpack(data, 'zlib', OBJECT_BYTES) : data;
    if (unpacked !== null) texts.push(unpacked.toString('latin1'));
  }
  return texts.join('\n');
}

/** Strings of /URI, and of /F where it is an address (a form that is sent, a document elsewhere). */
function urisIn(text: string, most: number): ReadonlySet<string> {
  const uris = new Set<string>();
  collect(text, URI, most, uris, () => true);
  collect(text, FILE, most, uris, (value) => /^https?:/i.test(value));
  return uris;
}

function collect(
  text: string,
  key: RegExp,
  most: number,
  into: Set<string>,
  wanted: (value: string) => boolean,
): void {
  let tries = 0;
  for (const match of text.matchAll(key)) {
    const value = stringAt(text, match.index + match[0].length);
    // `/S/URI` names a kind of action, and has no string behind it.
    if (value === undefined) continue;
    tries += value === null ? BROKEN_TRIES : 1;
    if (tries > MAX_TRIES || into.size >= most) return;
    if (value !== null && value !== '' && wanted(value)) into.add(value);
  }
}
