import type { Listing } from './archives/listing.ts';
import type { FileSign } from './message.ts';
import { STRIDE, type Steps } from './turns.ts';
import type { Unpacker } from './unpacker.ts';

const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
/** Names in the directory of a compound file that only a VBA project has ([MS-OVBA] section 2.2). */
const MACRO_STREAMS = ['_VBA_PROJECT', 'VBA_PROJECT_CUR', 'PROJECTwm'].map((name) =>
  Buffer.from(name, 'utf16le'),
);
/** The stream of an encrypted OOXML file ([MS-OFFCRYPTO] section 2.3.4.4). */
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

export interface OfficeFacts {
  readonly macros: boolean;
  readonly encrypted: boolean;
}

/** Looks for macros and encryption in an OLE compound file by the names of its streams; null where it is none. */
export function* oleFacts(bytes: Buffer): Steps<OfficeFacts | null> {
  if (!bytes.subarray(0, OLE.length).equals(OLE)) return null;
  let macros = false;
  for (const name of MACRO_STREAMS) macros ||= yield* holds(bytes, name);
  return { macros, encrypted: yield* holds(bytes, ENCRYPTED_PACKAGE) };
}

function* holds(bytes: Buffer, name: Buffer): Steps<boolean> {
  for (let at = 0; at < bytes.length; at += STRIDE) {
    if (bytes.subarray(at, at + STRIDE + name.length - 1).includes(name)) return true;
    if (at + STRIDE < bytes.length) yield;
  }
  return false;
}

/** Whether the entries of an OOXML file hold a macro project. */
export function ooxmlMacros(entries: readonly string[]): boolean {
  return entries.some((name) => /(^|[/\\])vbaProject\.bin$/i.test(name));
}

/** What an Office document fetches, opens or links to. */
export interface OfficeParts {
  readonly signs: readonly FileSign[];
  /** Targets of hyperlinks and of parts that are fetched. */
  readonly urls: readonly string[];
}

/** Relationship parts of a document; a long presentation has one for each slide. */
const MAX_RELATIONSHIP_PARTS = 100;
const RELATIONSHIPS_BYTES = 256 * 1024;
/** Text of a document in which fields are sought: fields of DDE attacks stand at its beginning. */
const DOCUMENT_BYTES = 1024 * 1024;
const MAX_RELATIONSHIPS = 500;

const RELATIONSHIP_PART = /(^|\/)_rels\/[^/]*\.rels$/i;
const DOCUMENT_PART =
  /^(word\/document\.xml|xl\/externalLinks\/externalLink\d+\.xml|xl\/worksheets\/sheet\d\.xml)$/i;

/** Reads the relationships of an OOXML document (ECMA-376 part 2 section 9.3) and looks for DDE; null where it is none. */
export function ooxmlParts(listing: Listing, unpacker: Unpacker): OfficeParts | null {
  if (!listing.names.includes('[Content_Types].xml')) return null;
  const signs = new Set<FileSign>();
  const urls: string[] = [];
  let partsLeft = MAX_RELATIONSHIP_PARTS;
  for (const [at, name] of listing.names.entries()) {
    if (RELATIONSHIP_PART.test(name) && partsLeft-- > 0) {
      readRelationships(text(listing, at, unpacker, RELATIONSHIPS_BYTES), signs, urls);
    } else if (DOCUMENT_PART.test(name) && partsLeft-- > 0) {
      if (holdsDde(text(listing, at, unpacker, DOCUMENT_BYTES))) signs.add('dde');
    }
  }
  return { signs: [...signs], urls };
}

function text(listing: Listing, at: number, unpacker: Unpacker, most: number): string {
  return listing.content(at, unpacker, most)?.toString('utf8') ?? '';
}

/** Kinds that are loaded when the document opens; pictures from the web and cells of other books are honest ones, too. */
const LOADED = /\/(attachedTemplate|oleObject|frame|subDocument|package)$/i;
const RELATIONSHIP = '<Relationship ';
/** A relationship with the longest address that browsers take. */
const LONGEST_RELATIONSHIP = 10_000;

function readRelationships(xml: string, signs: Set<FileSign>, urls: string[]): void {
  for (let at = xml.indexOf(RELATIONSHIP); at !== -1; at = xml.indexOf(RELATIONSHIP, at)) {
    const end = xml.indexOf('>', at);
    if (end === -1 || urls.length >= MAX_RELATIONSHIPS) return;
    const attributes = xml.slice(at + RELATIONSHIP.length, Math.min(end, at + LONGEST_RELATIONSHIP));
    at = end;
    if (!/\bTargetMode\s*=\s*["']External["']/i.test(attributes)) continue;
    const type = attribute(attributes, 'Type');
    const target = decoded(attribute(attributes, 'Target'));
    if (!/^\s*(https?:|ftp:|mhtml:|\\\\|file:\/\/[^/\s])/i.test(target)) continue;
    urls.push(target.replace(/^\s*mhtml:/i, ''));
    if (LOADED.test(type)) signs.add('remote_part');
  }
}

function attribute(attributes: string, name: string): string {
  return new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes)?.slice(1).join('') ?? '';
}

function decoded(value: string): string {
  return value.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** A field whose instruction is DDE or DDEAUTO, or a link of a sheet to another program. */
function holdsDde(xml: string): boolean {
  if (/<ddeLink\b/i.test(xml)) return true;
  // Word may cut the instruction into runs.
  const instructions = [
    ...xml.matchAll(/<w:instrText\b[^>]{0,60}>([^<]{0,1000})|w:instr\s*=\s*"([^"]{0,1000})/gi),
  ]
    .map((match) => match[1] ?? match[2] ?? '')
    .join('');
  return /\bDDE(AUTO)?\s/i.test(instructions);
}

const RTF = /^\s{0,16}\{\\rt/;
const RTF_BYTES = 1024 * 1024;

/** What an RTF file embeds or fetches; null where it is none. */
export function rtfParts(bytes: Buffer): OfficeParts | null {
  if (!RTF.test(bytes.toString('latin1', 0, 32))) return null;
  const rtf = bytes.toString('latin1', 0, RTF_BYTES);
  const signs: FileSign[] = [];
  const urls: string[] = [];
  if (/\\obj(?:data|update|autlink|ocx)\b|\\objclass\s{0,4}(?:Equation|Package|OLE2Link)/i.test(rtf)) {
    signs.push('embedded_object');
  }
  if (/\\\*\\template\s{0,8}(?:https?:|\\\\\\\\|\\u|file:)/i.test(rtf)) signs.push('remote_part');
  if (/\\fldinst[^}]{0,40}\bDDE(?:AUTO)?\b/i.test(rtf)) signs.push('dde');
  for (const match of rtf.matchAll(/(?:HYPERLINK|\\template)\s{1,8}"?(https?:[^"\s{}\\]{1,2000})/gi)) {
    if (urls.length >= MAX_RELATIONSHIPS) break;
    urls.push(match[1] ?? '');
  }
  return { signs, urls };
}
