import type { RawField } from './header-block.ts';
import type { Marks } from './marks.ts';
import { type Parameterised, parameter, parseParameters } from './parameters.ts';

/** What the fields of one MIME entity say about its body (RFC 2045, RFC 2183). */
export interface EntityHead {
  readonly type: string;
  readonly charset: string;
  /** Format=flowed (RFC 3676) does not matter to us, so it is not kept. */
  readonly encoding: string;
  readonly disposition: string;
  readonly fileName: string | null;
  readonly contentId: string;
  /** Boundaries under which a reader may split the body: all that were named, so that every reading is covered. */
  readonly boundaries: readonly string[];
}

/** A node of the MIME tree: where it lies in the bytes and what its fields say. */
export interface Entity {
  readonly head: EntityHead;
  readonly depth: number;
  readonly parent: Entity | null;
  readonly children: Entity[];
  readonly fields: readonly RawField[];
  readonly bytes: Buffer;
  readonly headerStart: number;
  readonly bodyStart: number;
  bodyEnd: number;
}

/** RFC 2046 section 5.1.1 allows 70; longer ones are met, endless ones are not. */
const LONGEST_BOUNDARY = 256;
/** Boundaries of one entity that are followed. Honest entities have one. */
const MAX_BOUNDARIES = 4;

/** Reads the content fields of an entity. `fallbackType` is what an entity without Content-Type is (RFC 2046 section 5.1.5). */
export function entityHead(fields: readonly RawField[], fallbackType: string, marks: Marks): EntityHead {
  const types = values(fields, 'content-type').map(parseParameters);
  if (types.length > 1) marks.ambiguous('duplicate_content_type');
  const first = types[0];
  const multipart = types.find(
    (type) => type.value.startsWith('multipart/') && boundariesOf(type, null).length > 0,
  );
  const chosen = multipart ?? first;
  const type = mimeType(chosen, fallbackType, marks);
  const boundaries = types.flatMap((each) => boundariesOf(each, marks)).slice(0, MAX_BOUNDARIES);
  if (type.startsWith('multipart/') && boundaries.length === 0) marks.ambiguous('multipart_without_boundary');
  const disposition = single(fields, 'content-disposition', marks);
  const parsedDisposition = disposition === null ? null : parseParameters(disposition);
  return {
    type,
    charset: (chosen === undefined ? null : parameter(chosen, 'charset'))?.trim().toLowerCase() ?? '',
    encoding: transferEncoding(fields, marks),
    disposition: parsedDisposition?.value ?? '',
    fileName: fileName(parsedDisposition, chosen, marks),
    contentId: (values(fields, 'content-id')[0] ?? '').replace(/[<>\s]/g, ''),
    boundaries: type.startsWith('multipart/') ? boundaries : [],
  };
}

function values(fields: readonly RawField[], name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value);
}

function single(fields: readonly RawField[], name: string, marks: Marks): string | null {
  const all = values(fields, name);
  if (all.length > 1) marks.ambiguous(`duplicate_${name.replaceAll('-', '_')}`);
  return all[0] ?? null;
}

function mimeType(chosen: Parameterised | undefined, fallback: string, marks: Marks): string {
  if (chosen === undefined) return fallback;
  const type = chosen.value.replace(/\s+/g, '');
  if (/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type)) return type;
  if (type === 'text') return 'text/plain';
  marks.ambiguous('malformed_content_type');
  // "text/html charset=utf-8" lacks its semicolon; readers take the type all the same.
  return /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?=\s)/.exec(chosen.value)?.[0] ?? fallback;
}

function boundariesOf(type: Parameterised, marks: Marks | null): string[] {
  const named = type.parameters.get('boundary') ?? [];
  if (named.length > 1) marks?.ambiguous('duplicate_boundary_parameter');
  const usable = new Set<string>();
  for (const boundary of named) {
    // RFC 2046 section 5.1.1: white space at the end is no part of a boundary.
    const trimmed = boundary.trimEnd();
    if (trimmed !== boundary) marks?.ambiguous('boundary_with_trailing_space');
    if (trimmed === '') marks?.ambiguous('empty_boundary');
    if (trimmed.length > LONGEST_BOUNDARY) marks?.ambiguous('boundary_too_long');
    else usable.add(trimmed);
  }
  return [...usable];
}

function transferEncoding(fields: readonly RawField[], marks: Marks): string {
  const all = values(fields, 'content-transfer-encoding').map((value) =>
    value
      .replace(/\([^()]*\)/g, '')
      .trim()
      .toLowerCase()
      .replace(/[;,\s].*$/s, ''),
  );
  if (all.length > 1) marks.ambiguous('duplicate_transfer_encoding');
  // mailparser takes the first; we take the last that differs, so that both readings of the body are looked at.
  return all.findLast((encoding) => encoding !== all[0]) ?? all[0] ?? '';
}

function fileName(
  disposition: Parameterised | null,
  type: Parameterised | undefined,
  marks: Marks,
): string | null {
  const fromDisposition = disposition === null ? null : parameter(disposition, 'filename');
  const fromType = type === undefined ? null : parameter(type, 'name');
  if (
    fromDisposition !== null &&
    fromType !== null &&
    extensionOf(fromDisposition) !== extensionOf(fromType)
  ) {
    marks.ambiguous('file_names_disagree');
  }
  return fromDisposition ?? fromType;
}

/** Last extension of a file name: lower case, without the dot; '' where there is none. */
export function extensionOf(name: string): string {
  return /\.([^.\s/\\]{1,16})[\s.]*$/.exec(name)?.[1]?.toLowerCase() ?? '';
}
