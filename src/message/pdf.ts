import type { FileSign } from './message.ts';
import { namePattern } from './pdf/names.ts';
import { type PdfLayout, type PdfStream, pdfLayout } from './pdf/streams.ts';
import { stringAt } from './pdf/strings.ts';
import { Shift, type Steps } from './turns.ts';
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
export function* pdfFacts(bytes: Buffer, maxUris: number, unpacker: Unpacker): Steps<PdfFacts | null> {
  if (!bytes.subarray(0, SIGNATURE_REACH).includes('%PDF-')) return null;
  const layout = pdfLayout(bytes);
  yield;
  const texts = [layout.outside, ...(yield* objects(layout, unpacker))];
  const signs: FileSign[] = [];
  if (yield* anyHas(texts, SCRIPT)) signs.push('pdf_script');
  if (yield* anyHas(texts, LAUNCH)) signs.push('pdf_launch');
  if (layout.cut) signs.push('read_in_part');
  return {
    encrypted: yield* anyHas(texts, ENCRYPT),
    uris: [...(yield* urisIn(texts, maxUris))],
    signs,
    streams: layout.streams,
  };
}

function* anyHas(texts: readonly string[], pattern: RegExp): Steps<boolean> {
  const shift = new Shift();
  for (const text of texts) {
    if (pattern.test(text)) return true;
    if (shift.due(text.length)) yield;
  }
  return false;
}

function* objects(layout: PdfLayout, unpacker: Unpacker): Steps<readonly string[]> {
  const shift = new Shift();
  const texts: string[] = [];
  for (const { dictionary, data } of layout.streams) {
    if (!OBJECT_STREAM.test(dictionary)) continue;
    const unpacked = FLATE.test(dictionary) ? unpacker.unpack(data, 'zlib', OBJECT_BYTES) : data;
    if (unpacked !== null) texts.push(unpacked.toString('latin1'));
    if (shift.due(unpacked?.length ?? 0)) yield;
  }
  return texts;
}

/** Strings of /URI, and of /F where it is an address (a form that is sent, a document elsewhere). */
function* urisIn(texts: readonly string[], most: number): Steps<ReadonlySet<string>> {
  const uris = new Set<string>();
  yield* collect(texts, URI, most, uris, () => true);
  yield* collect(texts, FILE, most, uris, (value) => /^https?:/i.test(value));
  return uris;
}

function* collect(
  texts: readonly string[],
  key: RegExp,
  most: number,
  into: Set<string>,
  wanted: (value: string) => boolean,
): Steps<void> {
  const shift = new Shift();
  let tries = 0;
  for (const text of texts) {
    for (const match of text.matchAll(key)) {
      const value = stringAt(text, match.index + match[0].length);
      // `/S/URI` names a kind of action, and has no string behind it.
      if (value === undefined) continue;
      tries += value === null ? BROKEN_TRIES : 1;
      if (tries > MAX_TRIES || into.size >= most) return;
      if (value !== null && value !== '' && wanted(value)) into.add(value);
    }
    if (shift.due(text.length)) yield;
  }
}
