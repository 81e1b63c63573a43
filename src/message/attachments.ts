import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { type ArchiveListing, listZip, looksLikeZip, otherArchiveEncrypted } from './archive.ts';
import type { FileBody } from './bodies.ts';
import type { Budgets } from './budgets.ts';
import { decodeBytes } from './charset.ts';
import { extensionOf } from './entity.ts';
import { collectTextLinks, type LinkCollector } from './links.ts';
import type { Marks } from './marks.ts';
import type { Attachment } from './message.ts';
import { oleFacts, ooxmlMacros } from './office.ts';
import { pdfFacts } from './pdf.ts';

/** Text kept of an HTML or SVG file: enough for the script that builds a page or file. */
export const ATTACHMENT_TEXT_BYTES = 64 * 1024;
/** Magic bytes stand at the beginning; of a zip-based format the first few entries tell which it is. */
const MAGIC_BYTES = 64 * 1024;
/** Link targets read of one PDF. */
const MAX_PDF_URIS = 200;
const LONGEST_FILE_NAME = 500;

/** Looks at the files of a message one by one, within what is left of the budget of archive entries. */
export class AttachmentReader {
  readonly #marks: Marks;
  readonly #links: LinkCollector;
  #entriesLeft: number;

  constructor(budgets: Budgets, marks: Marks, links: LinkCollector) {
    this.#marks = marks;
    this.#links = links;
    this.#entriesLeft = budgets.archiveEntries;
  }

  async read(file: FileBody): Promise<Attachment> {
    const { content } = file;
    const fileName = file.fileName === null ? null : cleanName(file.fileName);
    const extension = extensionOf(fileName ?? '');
    const realType = await magicType(content);
    const listing = looksLikeZip(content) ? await this.#list(content) : null;
    const ole = oleFacts(content);
    const pdf = pdfFacts(content, MAX_PDF_URIS);
    for (const uri of pdf?.uris ?? []) this.#links.add(uri, 'attachment', null);
    const text = markup(file.type, extension, realType, content) ? this.#text(file) : '';
    const encrypted = [listing?.encrypted, ole?.encrypted, pdf?.encrypted].some((flag) => flag === true);
    return {
      fileName,
      extension,
      claimedType: file.type,
      realType,
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      inline: file.inline,
      entries: listing?.entries ?? null,
      encrypted: encrypted || otherArchiveEncrypted(content),
      macros: ole?.macros === true || ooxmlMacros(listing?.entries ?? []),
      text,
    };
  }

  async #list(content: Buffer): Promise<ArchiveListing> {
    const listing = await listZip(content, this.#entriesLeft);
    this.#entriesLeft -= listing.entries.length;
    if (listing.cut) this.#marks.over('archiveEntries');
    return listing;
  }

  #text(file: FileBody): string {
    const { text } = decodeBytes(file.content.subarray(0, ATTACHMENT_TEXT_BYTES), file.charset);
    if (!file.alsoBody) collectTextLinks(text, 'attachment', this.#links);
    return text;
  }
}

/** Whether a browser would run what the file holds, or a calendar or contact would show its links. */
function markup(type: string, extension: string, realType: string | null, content: Buffer): boolean {
  if (/^(text\/(html|x-amp-html|calendar|x-vcard|vcard)|image\/svg|application\/(xhtml|ics))/.test(type))
    return true;
  if (/^(s?html?|xhtml?|svg|mht|mhtml|hta|xht|ics|vcf)$/.test(extension)) return true;
  if (realType !== null) return realType.startsWith('image/svg');
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|script|svg)\b/i.test(
    content.toString('latin1', 0, 1_024),
  );
}

/** Control and bidirectional characters are kept: they are a trick that evidence looks for. Only NUL and length are cut. */
function cleanName(name: string): string {
  return name.replaceAll('\0', '').slice(0, LONGEST_FILE_NAME);
}

async function magicType(content: Buffer): Promise<string | null> {
  try {
    return (await fileTypeFromBuffer(content.subarray(0, MAGIC_BYTES)))?.mime ?? null;
  } catch {
    // file-type reads on inside some formats and trips over cut files; the magic then says nothing.
    return null;
  }
}
