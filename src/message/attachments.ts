import { setImmediate } from 'node:timers/promises';
import { type ArchiveFacts, readArchive } from './archive.ts';
import { listZip } from './archives/zip.ts';
import type { FileBody } from './bodies.ts';
import type { Budgets } from './budgets.ts';
import { calendarText, unfoldCalendar } from './calendar.ts';
import { decodeBytes } from './charset.ts';
import { sha256 } from './digest.ts';
import { extensionOf } from './entity.ts';
import type { QrCodes } from './images/qr-codes.ts';
import { collectTextLinks, type LinkCollector } from './links.ts';
import { magicType } from './magic.ts';
import type { Marks } from './marks.ts';
import type { Attachment, FileSign } from './message.ts';
import { oleFacts, ooxmlMacros, ooxmlParts, rtfParts } from './office.ts';
import { collectPageLinks } from './page-links.ts';
import { searchPdfImages } from './pdf/images.ts';
import { pdfFacts } from './pdf.ts';
import { inTurns, Shift } from './turns.ts';
import { Unpacker } from './unpacker.ts';

/** Text kept of an HTML or SVG file: enough for the script that builds a page or file. */
export const ATTACHMENT_TEXT_BYTES = 64 * 1024;
/** Link targets read of one PDF. */
const MAX_PDF_URIS = 200;
const LONGEST_FILE_NAME = 500;
/** Size from which the event loop gets a turn before a file is looked at. */
const LARGE = 128 * 1024;

/** What a reader of one kind of file found. */
interface Found {
  readonly entries: readonly string[] | null;
  readonly encrypted: boolean;
  readonly macros: boolean;
  readonly text: string;
  readonly signs: readonly FileSign[];
}

const NOTHING: Found = { entries: null, encrypted: false, macros: false, text: '', signs: [] };

/** Looks at the files of a message one by one, within what is left of the budgets of the message. */
export class AttachmentReader {
  readonly #marks: Marks;
  readonly #links: LinkCollector;
  readonly #codes: QrCodes;
  readonly #unpacker: Unpacker;
  readonly #shift = new Shift();
  #entriesLeft: number;

  constructor(
    budgets: Budgets,
    marks: Marks,
    links: LinkCollector,
    codes: QrCodes,
    unpacker = new Unpacker(),
  ) {
    this.#marks = marks;
    this.#links = links;
    this.#codes = codes;
    this.#unpacker = unpacker;
    this.#entriesLeft = budgets.archiveEntries;
  }

  async read(file: FileBody): Promise<Attachment> {
    const { content } = file;
    const fileName = file.fileName === null ? null : cleanName(file.fileName);
    const extension = extensionOf(fileName ?? '');
    const realType = await magicType(content);
    if (content.length > LARGE || this.#shift.due(content.length)) await setImmediate();
    const linksBefore = this.#links.links.length;
    const found = [
      await this.#archive(content),
      await this.#pdf(content),
      await this.#office(content),
      await this.#image(file, realType),
      this.#text(file, extension, realType),
    ];
    const signs = new Set(found.flatMap((one) => one.signs));
    if (this.#unpacker.takeCut()) signs.add('read_in_part');
    return {
      fileName,
      extension,
      claimedType: file.type,
      realType,
      size: content.length,
      sha256: await inTurns(sha256(content)),
      inline: file.inline,
      entries: found[0]?.entries ?? null,
      encrypted: found.some((one) => one.encrypted),
      macros: found.some((one) => one.macros),
      text: found.map((one) => one.text).join(''),
      links: this.#links.links.length - linksBefore,
      signs: [...signs],
    };
  }

  async #archive(content: Buffer): Promise<Found> {
    const archive = await readArchive(content, this.#entriesLeft, this.#unpacker);
    if (archive === null) return NOTHING;
    this.#entriesLeft -= archive.entries.length;
    if (archive.cut) this.#marks.over('archiveEntries');
    const parts = archive.entries.includes(CONTENT_TYPES)
      ? ooxmlParts(await listZip(content, archive.entries.length), this.#unpacker)
      : null;
    for (const url of parts?.urls ?? []) this.#links.add(url, 'attachment', null);
    return {
      entries: archive.entries,
      encrypted: archive.encrypted,
      macros: ooxmlMacros(archive.entries),
      text: this.#pages(archive),
      signs: [...(parts === null ? archive.signs : []), ...(parts?.signs ?? [])],
    };
  }

  #pages({ pages }: ArchiveFacts): string {
    const texts = pages.map((page) => decodeBytes(page, '').text);
    for (const text of texts) collectPageLinks(text, this.#links);
    return texts.join('\n').slice(0, ATTACHMENT_TEXT_BYTES);
  }

  async #office(content: Buffer): Promise<Found> {
    const ole = await inTurns(oleFacts(content));
    const rtf = rtfParts(content);
    for (const url of rtf?.urls ?? []) this.#links.add(url, 'attachment', null);
    return { ...NOTHING, ...ole, signs: rtf?.signs ?? [] };
  }

  async #pdf(content: Buffer): Promise<Found> {
    const pdf = await inTurns(pdfFacts(content, MAX_PDF_URIS, this.#unpacker));
    if (pdf === null) return NOTHING;
    for (const uri of pdf.uris) this.#links.add(uri, 'attachment', null);
    // Images of an encrypted file are noise.
    const outcome = pdf.encrypted
      ? 'unread'
      : await searchPdfImages(pdf.streams, this.#codes, this.#unpacker);
    const unread: readonly FileSign[] = outcome === 'unread' ? ['image_unread'] : [];
    return { ...NOTHING, encrypted: pdf.encrypted, signs: [...pdf.signs, ...unread] };
  }

  async #image(file: FileBody, realType: string | null): Promise<Found> {
    const isImage = realType === null ? file.type.startsWith('image/') : realType.startsWith('image/');
    if (!isImage || realType === 'image/svg+xml' || file.type.startsWith('image/svg')) return NOTHING;
    const outcome = await this.#codes.search(file.content);
    return outcome === 'unread' ? { ...NOTHING, signs: ['image_unread'] } : NOTHING;
  }

  #text(file: FileBody, extension: string, realType: string | null): Found {
    if (!isMarkup(file.type, extension, realType, file.content)) return NOTHING;
    const { text } = decodeBytes(file.content.subarray(0, ATTACHMENT_TEXT_BYTES), file.charset);
    if (/^\s*BEGIN:VCALENDAR/i.test(text)) {
      const unfolded = unfoldCalendar(text);
      collectTextLinks(calendarText(unfolded), 'attachment', this.#links);
      return { ...NOTHING, text: unfolded };
    }
    if (!file.alsoBody) collectPageLinks(text, this.#links);
    return { ...NOTHING, text };
  }
}

/** The part that makes a zip archive an Office document (ECMA-376 part 2 section 10). */
const CONTENT_TYPES = '[Content_Types].xml';

/** Whether a browser would run what the file holds, or a calendar or contact would show its links. */
function isMarkup(type: string, extension: string, realType: string | null, content: Buffer): boolean {
  if (/^(text\/(html|x-amp-html|calendar|x-vcard|vcard)|image\/svg|application\/(xhtml|ics))/.test(type))
    return true;
  if (/^(s?html?|xhtml?|svg|mht|mhtml|hta|xht|ics|vcf)$/.test(extension)) return true;
  if (realType !== null) return /^(image\/svg|application\/hta)/.test(realType);
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|script|svg)\b/i.test(
    content.toString('latin1', 0, 1_024),
  );
}

/** Control and bidirectional characters are kept: they are a trick that evidence looks for. Only NUL and length are cut. */
function cleanName(name: string): string {
  return name.replaceAll('\0', '').slice(0, LONGEST_FILE_NAME);
}
