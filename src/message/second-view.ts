import { once } from 'node:events';
import { type AttachmentStream, type EmailAddress, MailParser, type MessageText } from 'mailparser';
import type { Bodies } from './bodies.ts';
import type { Budgets } from './budgets.ts';
import type { Entity, EntityHead } from './entity.ts';
import type { RawField } from './header-block.ts';
import type { Marks } from './marks.ts';
import { hasOneReading } from './one-reading.ts';
import { asciiDomain } from './url.ts';

export interface SecondAttachment {
  readonly fileName: string | null;
  readonly type: string;
  readonly inline: boolean;
  readonly content: Buffer;
}

/** The same message as mailparser reads it. */
export interface SecondView {
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly SecondAttachment[];
  /** Addresses of From, lower case. */
  readonly from: readonly string[];
}

/**
 * Fields that mailparser gets to see. The rest (traces, signatures) would cost it most of its time and tells nothing that
 * we ask it for.
 */
const WANTED = /^(content-[a-z-]+|mime-version|from|reply-to|subject)$/;
/** Longest field given to mailparser: its address reading is not linear. */
export const LONGEST_FIELD = 16 * 1024;
/** Fields of one name given to mailparser. */
const MAX_FIELDS = 100;
/** mailparser counts as failed when it neither ends nor fails; only a defect of its own can do that. */
const HANG_MS = 30_000;
const LONGEST_ODD_BASE64 = 256 * 1024;
/** Bytes that mailparser works on without a pause: 10 ms. Nearly all mail is one piece. */
const PIECE = 512 * 1024;
const LF = 0x0a;
/**
 * Text given to mailparser, all bodies together, and longest inner message or quoted-printable part: it decodes and joins
 * these in one go.
 */
const LONGEST_TEXT = 4 * 1024 * 1024;

/**
 * Reads the message with mailparser, or gives null where it has one reading, or where the walk found it too large for that. What mailparser throws is
 * no error of ours: the message is then judged on our own reading, and marked.
 */
export async function secondView(
  bytes: Buffer,
  entities: readonly Entity[],
  bodies: Bodies,
  budgets: Budgets,
  marks: Marks,
): Promise<SecondView | null> {
  if (hasOneReading(bytes, entities, bodies, marks)) return null;
  const root = entities[0];
  if (root === undefined || !affordable(bytes, entities, budgets, marks)) {
    marks.ambiguous('second_view_skipped');
    return null;
  }
  try {
    return await readWithMailparser(wantedFields(root), bytes.subarray(root.bodyStart));
  } catch {
    // Whatever mailparser could not read (EMAXLEN, a defect of its own) shows in the mark.
    marks.ambiguous('second_view_failed');
    return null;
  }
}

function affordable(bytes: Buffer, entities: readonly Entity[], budgets: Budgets, marks: Marks): boolean {
  const hit = (['parts', 'depth', 'headerBytes', 'headerFields', 'decodedBytes'] as const).some((name) =>
    marks.isOver(name),
  );
  if (hit || bytes.length > budgets.decodedBytes) return false;
  // Its base64 decoder takes 150 ns a byte where "=" comes again and again.
  if (marks.isAmbiguous('base64_after_padding') && bytes.length > LONGEST_ODD_BASE64) return false;
  const texts = bodySizes(entities, ({ type }) => type.startsWith('text/'));
  const wholes = bodySizes(
    entities,
    ({ type, encoding }) => type.startsWith('message/') || encoding === 'quoted-printable',
  );
  if (texts.reduce((sum, size) => sum + size, 0) > LONGEST_TEXT) return false;
  if (wholes.some((size) => size > LONGEST_TEXT)) return false;
  return entities.every(
    ({ depth, fields }) => depth === 0 || fields.every((field) => length(field) <= LONGEST_FIELD),
  );
}

function bodySizes(entities: readonly Entity[], which: (head: EntityHead) => boolean): number[] {
  return entities.filter(({ head }) => which(head)).map(({ bodyStart, bodyEnd }) => bodyEnd - bodyStart);
}

function wantedFields(root: Entity): Buffer {
  const wanted: Buffer[] = [];
  for (const field of root.fields) {
    if (wanted.length < MAX_FIELDS && WANTED.test(field.name) && length(field) <= LONGEST_FIELD) {
      wanted.push(root.bytes.subarray(field.start, field.end));
    }
  }
  // Fields that the bytes end in the middle of have no line end of their own.
  const complete =
    wanted.length > 0 && !/[\r\n]$/.test(wanted.at(-1)?.subarray(-1).toString('latin1') ?? '') ? '\r\n' : '';
  return Buffer.concat([...wanted, Buffer.from(`${complete}\r\n`)]);
}

function length(field: RawField): number {
  return field.end - field.start;
}

/** `head` is the fields of the message, with the empty line at their end. Rejects with what mailparser throws. */
export async function readWithMailparser(head: Buffer, body: Buffer): Promise<SecondView> {
  const parser = new MailParser({
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    // We hash files ourselves.
    checksumAlgo: false,
  });
  const attachments: SecondAttachment[] = [];
  const failures: unknown[] = [];
  let text: MessageText | null = null;
  parser.on('data', (data: AttachmentStream | MessageText) => {
    if (data.type === 'text') text = data;
    else
      collect(data).then(
        (attachment) => attachments.push(attachment),
        (error: unknown) => failures.push(error),
      );
  });
  const ended = once(parser, 'end', { signal: AbortSignal.timeout(HANG_MS) });
  parser.write(head);
  for (const piece of pieces(body)) parser.write(piece);
  parser.end();
  await ended;
  if (failures.length > 0) throw failures[0];
  return { ...textOf(text), attachments, from: fromAddresses(parser) };
}

/**
 * What mailparser gets at once, it decodes and hashes at once. Cut at a line end where there is one near, because its splitter
 * keeps the line that a piece ends in.
 */
function* pieces(body: Buffer): Generator<Buffer> {
  for (let start = 0; start < body.length; ) {
    const whole = start + PIECE >= body.length;
    const lineEnd = whole ? -1 : body.lastIndexOf(LF, start + PIECE - 1);
    const end = whole ? body.length : lineEnd >= start + PIECE / 2 ? lineEnd + 1 : start + PIECE;
    yield body.subarray(start, end);
    start = end;
  }
}

async function collect(stream: AttachmentStream): Promise<SecondAttachment> {
  const chunks: Buffer[] = [];
  stream.content.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream.content, 'end');
  stream.release?.();
  return {
    fileName: stream.filename ?? null,
    // Of a malformed Content-Type mailparser makes `false`, whatever its types say.
    type: String(stream.contentType || 'application/octet-stream').toLowerCase(),
    inline: stream.contentDisposition === 'inline',
    content: Buffer.concat(chunks),
  };
}

function textOf(text: MessageText | null): { text: string; html: string } {
  return { text: text?.text ?? '', html: text?.html ?? '' };
}

/** Addresses of the From field, groups included. */
function fromAddresses(parser: MailParser): string[] {
  const found: string[] = [];
  const pending: EmailAddress[] = [...(parser.from?.value ?? [])];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.group !== undefined) pending.push(...next.group);
    const at = next.address?.lastIndexOf('@') ?? -1;
    if (next.address === undefined || at <= 0) continue;
    found.push(`${next.address.slice(0, at)}@${asciiDomain(next.address.slice(at + 1))}`.toLowerCase());
  }
  return found;
}
