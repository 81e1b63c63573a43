import { readAddresses } from '../message/address-fields.ts';
import { DEFAULT_BUDGETS } from '../message/budgets.ts';
import type { Entity } from '../message/entity.ts';
import { extensionOf } from '../message/entity.ts';
import { decodedHeaders, firstValue } from '../message/header-values.ts';
import { Marks } from '../message/marks.ts';
import { isMessage, StructureWalk } from '../message/structure.ts';
import { decodeTransfer } from '../message/transfer.ts';
import { inTurns } from '../message/turns.ts';

/** Attached messages of one report that are taken; who has more sends a second one, or a CSV file. */
export const REPORTED_MESSAGES = 20;

const CR = 0x0d;
const LF = 0x0a;

/** What a message says of itself, as the ledger wrote it down when it came. Hostile text, all of it. */
export interface Reported {
  readonly messageId: string;
  /** First address of From, lower case. */
  readonly from: string;
  readonly subject: string;
  readonly date: Date | null;
  /** Whom it was for, by To, Cc and the traces of the delivery; lower case. */
  readonly recipients: readonly string[];
  /** Id in X-Postern-Verdict; null where there is none. Anybody can write one. */
  readonly verdictId: string | null;
}

/** Reads the header alone: nothing of a hostile body is decoded in the process that asks. */
export async function readReported(raw: Buffer): Promise<Reported> {
  const root = (await entitiesOf(raw))[0];
  const fields = root?.fields ?? [];
  const headers = decodedHeaders(fields);
  const { cc, from, to } = readAddresses(fields, [], new Marks());
  const date = new Date(firstValue(headers, 'date') ?? '');
  const delivered = headers
    .filter(({ name }) => name === 'delivered-to' || name === 'x-original-to')
    .map(({ value }) => value.trim());
  const verdict = firstValue(headers, 'x-postern-verdict');
  return {
    messageId: (firstValue(headers, 'message-id') ?? '').replace(/^\s*<?|>?\s*$/g, ''),
    from: (from[0]?.address ?? '').toLowerCase(),
    subject: firstValue(headers, 'subject') ?? '',
    date: Number.isNaN(date.getTime()) ? null : date,
    recipients: [...to, ...cc]
      .map(({ address }) => address)
      .concat(delivered)
      .map(lower),
    verdictId: /;\s*id=([0-9A-Z]{23})(?:;|\s*$)/.exec(verdict ?? '')?.[1] ?? null,
  };
}

/**
 * The messages that are attached to a report, as their bytes came: message/rfc822, and files whose name ends in .eml. Messages within those
 * belong to them. At most REPORTED_MESSAGES.
 */
export async function attachedMessages(report: Buffer): Promise<Buffer[]> {
  const found: Buffer[] = [];
  const within = new Set<Entity>();
  for (const entity of await entitiesOf(report)) {
    if (entity.parent !== null && within.has(entity.parent)) {
      within.add(entity);
      continue;
    }
    if (!isAttachedMessage(entity)) continue;
    within.add(entity);
    const raw = await inTurns(decodeTransfer(bodyOf(entity, report), entity.head.encoding, new Marks()));
    if (raw.length > 0) found.push(raw);
    if (found.length === REPORTED_MESSAGES) break;
  }
  return found;
}

function isAttachedMessage({ head, parent }: Entity): boolean {
  // The root has a body of its own: a mail that is nothing but another one is what RFC 2046 section 5.2.1 allows.
  if (isMessage(head.type)) return true;
  return parent !== null && extensionOf(head.fileName ?? '') === 'eml';
}

/** The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
function bodyOf({ bodyEnd, bodyStart, parent }: Entity, report: Buffer): Buffer {
  const body = report.subarray(bodyStart, bodyEnd);
  if (parent === null || body.at(-1) !== LF) return body;
  return body.subarray(0, body.at(-2) === CR ? -2 : -1);
}

async function entitiesOf(raw: Buffer): Promise<readonly Entity[]> {
  const walk = new StructureWalk(DEFAULT_BUDGETS, new Marks());
  await inTurns(walk.walk(raw, null));
  return walk.entities;
}

function lower(text: string): string {
  return text.toLowerCase();
}
