import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Content } from '../../mail/mail.ts';
import type { Quarantine } from '../../quarantine/quarantine.ts';
import { WHOLE } from '../../quarantine/scope.ts';

/** Where the messages of a run are, counted from what is there and not from what was said. */
export interface Account {
  readonly sent: number;
  readonly delivered: number;
  readonly held: number;
  readonly refused: number;
  /** Answered with 250, and neither at the next hop nor in the quarantine. */
  readonly lost: number;
  /** At the next hop or in the quarantine more often than once. */
  readonly duplicated: number;
}

/** A message that was sent, and whether the gate took it. */
export interface SentMessage {
  readonly bytes: Buffer;
  readonly taken: boolean;
}

/** Looks each sent message up, by its body, in the next hop's folder and in the quarantine. */
export async function account(
  sent: readonly SentMessage[],
  nextHopFolder: string,
  quarantine: Quarantine,
): Promise<Account> {
  const delivered = countBodies(await filesOf(nextHopFolder));
  const held = countBodies(
    await Promise.all((await allHeld(quarantine)).map(async (id) => bytesOf(await quarantine.content(id)))),
  );
  let lost = 0;
  let duplicated = 0;
  for (const { bytes, taken } of sent) {
    const body = bodyHash(bytes);
    const copies = (delivered.get(body) ?? 0) + (held.get(body) ?? 0);
    if (taken && copies === 0) lost += 1;
    if (copies > 1) duplicated += 1;
  }
  return {
    sent: sent.length,
    delivered: total(delivered),
    held: total(held),
    refused: sent.filter(({ taken }) => !taken).length,
    lost,
    duplicated,
  };
}

async function allHeld(quarantine: Quarantine): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await quarantine.find({
      scope: WHOLE,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.next;
  }
  return ids;
}

async function filesOf(folder: string): Promise<Buffer[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

async function bytesOf(content: Content): Promise<Buffer> {
  return content.head(content.size);
}

function countBodies(messages: readonly Buffer[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const message of messages) {
    const body = bodyHash(message);
    counts.set(body, (counts.get(body) ?? 0) + 1);
  }
  return counts;
}

/** Headers are added on the way, the body never changes. */
function bodyHash(message: Buffer): string {
  return createHash('sha256')
    .update(message.subarray(message.indexOf('\r\n\r\n')))
    .digest('hex');
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
