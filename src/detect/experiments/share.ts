import { createHash } from 'node:crypto';
import type { DetectorStatus } from '../finding.ts';
import { isCanary, type Status, shareOf } from './status.ts';

/** What tells one message from another for a canary. A record of the ledger has it, too. */
export interface ShareKey {
  readonly messageId: string;
  /** Address of the first author. */
  readonly from: string;
  readonly subject: string;
}

/**
 * Where a message stands for a canary, 0 up to 1: the first 48 bits of SHA-256 over the canary's name and the message's
 * Message-ID and author (and the subject where it has no Message-ID). So it falls the same way when the sender comes again, for
 * each recipient, through every gate, and in a replay of the ledger; a canary that grows keeps what it had, and two canaries
 * choose independently. Whoever writes the message could choose its side: a canary is for measuring, not for hiding rules.
 */
export function placeOf(name: string, { messageId, from, subject }: ShareKey): number {
  const message = messageId === '' ? `\n${subject}` : messageId;
  const hash = createHash('sha256')
    .update(JSON.stringify([name, message, from.toLowerCase()]))
    .digest();
  return hash.readUIntBE(0, 6) / 2 ** 48;
}

/** What a detector of this status and name does with a message. */
export function statusFor(name: string, status: Status, message: ShareKey): DetectorStatus {
  if (status === 'active' || status === 'shadow' || status === 'off') return status;
  return isCanary(status) && placeOf(name, message) < shareOf(status) ? 'active' : 'shadow';
}

/** The key of a message that was read. */
export function shareKeyOf(message: {
  readonly messageId: string;
  readonly from: readonly { readonly address: string }[];
  readonly subject: string;
}): ShareKey {
  return { messageId: message.messageId, from: message.from[0]?.address ?? '', subject: message.subject };
}
