import type { Attachment, FileSign } from '../message/message.ts';
import * as kinds from './attachments/file-kinds.ts';
import { hasForeignOrganizer } from './attachments/invitation.ts';
import { buildsFromScript, hasForm, redirects } from './attachments/smuggling.ts';
import type { EvidenceSource } from './evidence.ts';

export interface AttachmentFacts {
  readonly count: number;
  readonly totalBytes: number;
  /** Programs and scripts that run on a click (exe, js, lnk …), by name or magic, archives' entries included. */
  readonly executables: number;
  readonly executableExample: string;
  readonly doubleExtension: number;
  readonly typeMismatch: number;
  readonly archives: number;
  readonly encryptedArchives: number;
  readonly macros: number;
  readonly htmlFiles: number;
  /** HTML or SVG attachments that build a file or a page from script. */
  readonly htmlSmuggling: number;
  readonly htmlForms: number;
  readonly diskImages: number;
  readonly oneNote: number;
  readonly pdfs: number;
  readonly officeFiles: number;
  readonly images: number;
  readonly calendars: number;
  readonly messages: number;
  /** QR codes in images and PDF pages. */
  readonly qrCodes: number;
  /** Files with images in which no QR code was looked for: too large, too many, or of a format that we cannot read. */
  readonly unreadImages: number;
  readonly pdfLinks: number;
  /** PDF files that run script or start a program. */
  readonly pdfScripts: number;
  readonly pdfEncrypted: number;
  readonly nestedArchives: number;
  /** Office files that fetch a part from elsewhere when they are opened. */
  readonly remoteParts: number;
  /** Office files with objects that another program opens, or with DDE fields. */
  readonly activeObjects: number;
  /** HTML files whose script leads to another page at once. */
  readonly htmlRedirects: number;
  /** Invitations whose organizer is of another organisation than From and Reply-To. */
  readonly foreignOrganizers: number;
  /** Files of which only a part was read, by the budgets for unpacking. */
  readonly readInPart: number;
  /** File names, each bounded; at most 16. */
  readonly names: readonly string[];
}

/** Names kept for people and rules; the counts see all. */
const KEPT_NAMES = 16;
const NAME_CHARS = 200;

/** What a message carries. */
export function attachmentsSource(): EvidenceSource<'attachments'> {
  return {
    name: 'attachments',
    onFailure: 'open',
    gather(_mail, { attachments, qrCodes, from, replyTo }) {
      const described = attachments.map(describe);
      const senders = [...from, ...replyTo].map(({ domain }) => domain);
      const signed = (...signs: readonly FileSign[]) =>
        attachments.filter((attachment) => signs.some((sign) => attachment.signs.includes(sign))).length;
      const count = (test: (one: Described) => boolean) => described.filter(test).length;
      return {
        count: attachments.filter((attachment) => !attachment.inline).length,
        totalBytes: attachments.reduce((sum, { size }) => sum + size, 0),
        executables: count((one) => one.executable !== ''),
        executableExample: described.find((one) => one.executable !== '')?.executable ?? '',
        doubleExtension: count((one) => one.doubleExtension),
        typeMismatch: count((one) => one.typeMismatch),
        archives: count((one) => one.archive),
        encryptedArchives: attachments.filter((attachment) => attachment.encrypted).length,
        macros: attachments.filter((attachment) => attachment.macros).length,
        htmlFiles: count((one) => one.html),
        htmlSmuggling: attachments.filter((attachment) => buildsFromScript(attachment.text)).length,
        htmlForms: attachments.filter((attachment) => hasForm(attachment.text)).length,
        diskImages: count((one) => one.diskImage),
        oneNote: count((one) => one.oneNote),
        pdfs: count((one) => one.pdf),
        officeFiles: count((one) => one.office),
        images: count((one) => one.image),
        calendars: count((one) => one.calendar),
        messages: count((one) => one.message),
        qrCodes,
        unreadImages: signed('image_unread'),
        pdfLinks: attachments.reduce((sum, { links }, at) => sum + (described[at]?.pdf ? links : 0), 0),
        pdfScripts: signed('pdf_script', 'pdf_launch'),
        pdfEncrypted: attachments.filter(({ encrypted }, at) => encrypted && described[at]?.pdf).length,
        nestedArchives: signed('nested_archive', 'nested_page'),
        remoteParts: signed('remote_part'),
        activeObjects: signed('dde', 'embedded_object'),
        htmlRedirects: count((one) => one.redirects),
        foreignOrganizers: attachments.filter(({ text }) => hasForeignOrganizer(text, senders)).length,
        readInPart: signed('read_in_part'),
        names: attachments
          .flatMap(({ fileName }) => (fileName === null ? [] : [fileName.slice(0, NAME_CHARS)]))
          .slice(0, KEPT_NAMES),
      };
    },
  };
}

interface Described {
  /** Name of what would run, '' for nothing. */
  readonly executable: string;
  readonly doubleExtension: boolean;
  readonly typeMismatch: boolean;
  readonly archive: boolean;
  readonly html: boolean;
  readonly diskImage: boolean;
  readonly oneNote: boolean;
  readonly pdf: boolean;
  readonly office: boolean;
  readonly image: boolean;
  readonly calendar: boolean;
  readonly message: boolean;
  readonly redirects: boolean;
}

function describe(attachment: Attachment): Described {
  const { extension, claimedType, realType } = attachment;
  const is = (extensions: ReadonlySet<string>, type: string) =>
    extensions.has(extension) || claimedType.startsWith(type) || (realType?.startsWith(type) ?? false);
  const names = [attachment.fileName ?? '', ...(attachment.entries ?? [])];
  return {
    executable: executableIn(attachment),
    doubleExtension: names.some(kinds.hasDoubleExtension),
    typeMismatch: isMismatch(attachment),
    // An Office file is a zip archive too, and a Java program; by its bytes alone neither counts as an archive.
    archive: kinds.ARCHIVE.has(extension) || claimedType === 'application/zip' || isArchiveType(realType),
    html: is(kinds.HTML, 'text/html'),
    diskImage: kinds.DISK_IMAGE.has(extension) || kinds.isDiskImageType(realType),
    oneNote: is(kinds.ONE_NOTE, 'application/onenote'),
    pdf: is(kinds.PDF, 'application/pdf'),
    office:
      is(kinds.OFFICE, 'application/vnd.openxmlformats') || claimedType.startsWith('application/msword'),
    image: is(kinds.IMAGE, 'image/') && extension !== 'svg',
    calendar: is(kinds.CALENDAR, 'text/calendar'),
    message: is(kinds.MESSAGE, 'message/rfc822'),
    redirects: redirects(attachment.text),
  };
}

const ARCHIVE_TYPES = new Set([
  'application/zip',
  'application/vnd.rar',
  'application/x-rar-compressed',
  'application/x-7z-compressed',
  'application/gzip',
  'application/x-tar',
  'application/x-ace-compressed',
  'application/vnd.ms-cab-compressed',
]);

function isArchiveType(type: string | null): boolean {
  return type !== null && ARCHIVE_TYPES.has(type);
}

function executableIn({ extension, fileName, realType, entries }: Attachment): string {
  const named = (name: string) => (name === '' ? 'unnamed' : name.slice(0, NAME_CHARS));
  if (kinds.EXECUTABLE.has(extension) || kinds.isProgramType(realType)) return named(fileName ?? '');
  // Office files and web archives list their own parts; none of them runs by itself.
  if (kinds.OFFICE.has(extension)) return '';
  return entries?.find((entry) => kinds.EXECUTABLE.has(kinds.extensionOf(entry)))?.slice(0, NAME_CHARS) ?? '';
}

/** Families of types; magic bytes of another family than the name says are a disguise. */
const FAMILIES: readonly (readonly [ReadonlySet<string>, RegExp])[] = [
  [kinds.PDF, /^application\/pdf$/],
  [kinds.IMAGE, /^image\//],
  [kinds.ARCHIVE, /zip|rar|7z|tar|compress|cab|ace|xz|lzh|arj|zst/],
  [
    kinds.OFFICE,
    /officedocument|opendocument|x-cfb|msword|ms-excel|ms-powerpoint|rtf|zip|ms-office|macroenabled/i,
  ],
];

function isMismatch({ extension, realType }: Attachment): boolean {
  if (realType === null) return false;
  if (kinds.isProgramType(realType)) return extension !== '' && !kinds.EXECUTABLE.has(extension);
  const family = FAMILIES.find(([extensions]) => extensions.has(extension));
  return family !== undefined && !family[1].test(realType);
}
