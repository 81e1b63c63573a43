import { type Listing, namesOnly } from './archives/listing.ts';
import { listRar } from './archives/rar.ts';
import { listSevenZip } from './archives/seven-zip.ts';
import { listTar, looksLikeTar } from './archives/tar.ts';
import { listZip, looksLikeZip } from './archives/zip.ts';
import { guess } from './charset.ts';
import { extensionOf } from './entity.ts';
import type { FileSign } from './message.ts';
import type { Unpacker } from './unpacker.ts';

/** What was found in an archive and in the archives in it. */
export interface ArchiveFacts {
  /** Names as paths: what lies in an inner archive stands behind the name of that. */
  readonly entries: readonly string[];
  readonly encrypted: boolean;
  /** More names than the budget allowed. */
  readonly cut: boolean;
  readonly signs: readonly FileSign[];
  /** Beginnings of the pages (HTML, SVG) inside, as bytes. */
  readonly pages: readonly Buffer[];
}

/** An archive in an archive in an archive: deeper ones are met in bombs alone. */
const DEEPEST = 2;
/** Inner archives that are opened; each costs the search for its directory. */
const INNER_ARCHIVES = 30;
/** Pages inside that are read, and how much of each. */
const PAGES = 8;
const PAGE_BYTES = 64 * 1024;

const INNER = /^(zip|tar|gz|tgz|rar|7z|jar)$/;
const PAGE = /^(s?html?|xhtml?|xht|svg|hta)$/;

/** Reads one archive: the names in it, and in the archives inside as far as the budgets go. Null where it is none. */
export async function readArchive(
  bytes: Buffer,
  limit: number,
  unpacker: Unpacker,
): Promise<ArchiveFacts | null> {
  const reader = new ArchiveReader(limit, unpacker);
  return (await reader.read(bytes, '', 0)) ? reader.facts() : null;
}

class ArchiveReader {
  readonly #unpacker: Unpacker;
  readonly #entries: string[] = [];
  readonly #signs = new Set<FileSign>();
  readonly #pages: Buffer[] = [];
  readonly #limit: number;
  #encrypted = false;
  #cut = false;
  #innerLeft = INNER_ARCHIVES;

  constructor(limit: number, unpacker: Unpacker) {
    this.#limit = limit;
    this.#unpacker = unpacker;
  }

  async read(bytes: Buffer, path: string, depth: number): Promise<boolean> {
    const listing = await list(bytes, this.#limit - this.#entries.length, this.#unpacker);
    if (listing === null) return false;
    this.#encrypted ||= listing.encrypted;
    this.#cut ||= listing.cut;
    this.#entries.push(...listing.names.map((name) => path + name));
    for (const [at, name] of listing.names.entries()) await this.#look(listing, at, name, path, depth);
    return true;
  }

  facts(): ArchiveFacts {
    return {
      entries: this.#entries,
      encrypted: this.#encrypted,
      cut: this.#cut,
      signs: [...this.#signs],
      pages: this.#pages,
    };
  }

  async #look(listing: Listing, at: number, name: string, path: string, depth: number): Promise<void> {
    const extension = extensionOf(name);
    if (PAGE.test(extension)) {
      this.#signs.add('nested_page');
      this.#keepPage(listing, at);
      return;
    }
    if (!INNER.test(extension)) return;
    // A compressed tar has the tar for its only entry, and is one archive to a person.
    if (!(extension === 'tar' && listing.names.length === 1)) this.#signs.add('nested_archive');
    if (depth >= DEEPEST || this.#innerLeft <= 0) {
      this.#signs.add('read_in_part');
      return;
    }
    this.#innerLeft -= 1;
    const inner = listing.content(at, this.#unpacker);
    if (inner !== null) await this.read(inner, `${path}${name}/`, depth + 1);
    else if (!listing.encrypted) this.#signs.add('read_in_part');
  }

  #keepPage(listing: Listing, at: number): void {
    const page = this.#pages.length >= PAGES ? null : listing.content(at, this.#unpacker, PAGE_BYTES);
    // A page that is longer than what is read of it is nothing to tell.
    this.#unpacker.takeCut();
    if (page !== null) this.#pages.push(page);
    else if (!listing.encrypted) this.#signs.add('read_in_part');
  }
}

async function list(bytes: Buffer, limit: number, unpacker: Unpacker): Promise<Listing | null> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return listGzip(bytes, limit, unpacker);
  const other = listRar(bytes, limit) ?? listSevenZip(bytes, limit);
  if (other !== null) return other;
  if (looksLikeTar(bytes)) return listTar(bytes, limit);
  return looksLikeZip(bytes) ? listZip(bytes, limit) : null;
}

const GZIP_EXTRA = 4;
const GZIP_NAME = 8;
const GZIP_HEAD = 10;
const LONGEST_GZIP_NAME = 500;

/** A gzip file (RFC 1952 section 2.3) has one entry; of a compressed tar the entries are listed. */
function listGzip(bytes: Buffer, limit: number, unpacker: Unpacker): Listing {
  const unpacked = unpacker.unpack(bytes, 'gzip');
  if (unpacked !== null && looksLikeTar(unpacked)) return listTar(unpacked, limit);
  const name = gzipName(bytes);
  if (limit < 1) return namesOnly([], false, true);
  const content = (_at: number, _unpacker: Unpacker, most?: number) => unpacked?.subarray(0, most) ?? null;
  return { names: name === '' ? [] : [name], encrypted: false, cut: false, content };
}

function gzipName(bytes: Buffer): string {
  const flags = bytes[3] ?? 0;
  if ((flags & GZIP_NAME) === 0 || bytes.length < GZIP_HEAD + 2) return '';
  const start = GZIP_HEAD + ((flags & GZIP_EXTRA) === 0 ? 0 : 2 + bytes.readUInt16LE(GZIP_HEAD));
  const end = bytes.indexOf(0, start);
  return end === -1 ? '' : guess(bytes.subarray(start, Math.min(end, start + LONGEST_GZIP_NAME)));
}
