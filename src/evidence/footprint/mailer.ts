import type { HeaderField } from '../../message/message.ts';
import { organizationOf } from '../names/organization.ts';

/** The name of a program has a few words; what follows are versions and platforms. */
const WORDS = 3;

/**
 * What a mail was written with, for telling a sender from himself: the name of the program without versions, else whose Message-ID it
 * is. '' where neither is there. It is compared with the same sender's other mail only, so it says nothing about a mailbox.
 */
export function mailerOf(headers: readonly HeaderField[], messageId: string): string {
  const program = headers.find(({ name }) => name === 'x-mailer' || name === 'user-agent')?.value ?? '';
  const words = program.match(/[a-z]{2,}/gi)?.slice(0, WORDS) ?? [];
  if (words.length > 0) return words.join(' ').toLowerCase();
  const host = messageId.slice(messageId.lastIndexOf('@') + 1).toLowerCase();
  const owner = organizationOf(host);
  return owner === '' ? '' : `@${owner}`;
}
