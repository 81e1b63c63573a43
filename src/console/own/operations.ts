import { turnDigest, wantsDigest } from '../../digest/book.ts';
import { requestsFor } from '../../digest/requests.ts';
import { NotDelivered } from '../../quarantine/actions/release.ts';
import { type Held, QuarantineRefusal } from '../../quarantine/quarantine.ts';
import type { ConsoleParts } from '../parts.ts';
import { type Principal, scopeOf } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import type { Language } from '../words/language.ts';
import { wordsOf } from '../words/language.ts';
import { auditOwn, type FreeAction, type Freed, free, freedomOf } from './free.ts';

export interface OwnMail {
  readonly held: Held;
  readonly freedom: FreeAction | null;
  readonly asked: boolean;
}

export interface OwnList {
  readonly rows: readonly OwnMail[];
  readonly next: string | null;
  readonly letters: boolean;
}

/** What is held for this recipient, newest first. */
export async function ownMail(parts: ConsoleParts, principal: Principal, cursor?: string): Promise<OwnList> {
  const address = addressOf(principal);
  const { rows, next } = await parts.quarantine.find({
    scope: scopeOf(principal),
    states: ['held'],
    ...(cursor === undefined ? {} : { cursor }),
  });
  const requests = await requestsFor(
    parts.database,
    rows.map(({ id }) => id),
  );
  const asked = new Set(
    requests.filter(({ recipient }) => recipient === address).map(({ mailId }) => mailId),
  );
  const shown = rows.map(async (held) => ({
    held,
    freedom: await freedomOf(parts, held),
    asked: asked.has(held.id),
  }));
  return { rows: await Promise.all(shown), next, letters: await wantsDigest(parts.database, address) };
}

/** Frees a message, or asks for it; throws a Refusal in the reader's language. */
export async function freeOwn(
  parts: ConsoleParts,
  principal: Principal,
  input: { readonly action: FreeAction; readonly mailId: string; readonly language: Language },
): Promise<Exclude<Freed, 'gone' | 'refused'>> {
  const words = wordsOf(input.language).own;
  const { action, mailId } = input;
  const freed = await free(parts, { action, mailId, recipient: addressOf(principal) }).catch(
    (error: unknown) => {
      if (error instanceof NotDelivered) throw new Refusal('conflict', words.failed);
      if (error instanceof QuarantineRefusal) throw new Refusal('conflict', words.gone);
      throw error;
    },
  );
  if (freed === 'gone') throw new Refusal('missing', words.gone);
  if (freed === 'refused') throw new Refusal('forbidden', words.refused);
  return freed;
}

/** Whether this recipient gets the daily letter. */
export async function turnOwnLetters(parts: ConsoleParts, principal: Principal, on: boolean): Promise<void> {
  const address = addressOf(principal);
  await turnDigest(parts.database, address, on, parts.now());
  await auditOwn(parts, principal.name, on ? 'letters_on' : 'letters_off', `recipient:${address}`);
}

function addressOf({ role, address }: Principal): string {
  if (role !== 'recipient' || address === null)
    throw new Refusal('forbidden', 'This page is for recipients.');
  return address.toLowerCase();
}
