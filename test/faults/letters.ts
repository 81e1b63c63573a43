import type { Letter } from '../system/send-all.ts';
import { REFUSED_ONCE } from './next-hop.ts';

/** Recipients here get their mail; `HELD_DOMAIN` has a policy that holds all of it. */
export const INBOX_DOMAIN = 'inbox.example';
export const HELD_DOMAIN = 'held.example';

/** Messages above it go through a spool file in these gates. */
export const SPOOL_ABOVE_BYTES = 4_096;

/** What becomes of a letter where nothing is broken: `both` has a recipient of each kind. */
export type Fate = 'relayed' | 'held' | 'both';

const FATES: readonly Fate[] = ['relayed', 'held', 'both'];

/** `count` letters of all fates, small ones and ones that are spooled; every second `both` is refused by the next hop at first. */
export function makeLetters(name: string, count: number): Letter[] {
  return Array.from({ length: count }, (_, index) =>
    makeLetter(`${name}.${index}`, FATES[index % FATES.length] ?? 'both', {
      isLarge: index % 5 < 3,
      isRefusedOnce: index % 6 === 2,
    }),
  );
}

export function makeLetter(
  id: string,
  fate: Fate,
  { isLarge = false, isRefusedOnce = false }: { isLarge?: boolean; isRefusedOnce?: boolean } = {},
): Letter {
  const local = id.replaceAll(':', '-');
  const inbox = `${local}@${INBOX_DOMAIN}`;
  const held = `${local}@${HELD_DOMAIN}`;
  const mailFrom = `${isRefusedOnce ? REFUSED_ONCE : ''}${local}@sender.example`;
  const lines = Array.from({ length: isLarge ? 400 : 3 }, (_, line) =>
    line % 50 === 1
      ? '. begins with a dot'
      : `Line ${line} of the letter ${id}, about nothing in particular.`,
  );
  const head = [
    `From: Ann Example <${mailFrom}>`,
    `To: ${fate === 'held' ? held : inbox}`,
    `Subject: letter ${id}`,
    `Message-ID: <${local}@sender.example>`,
    'Date: Mon, 02 Mar 2026 10:00:00 +0000',
  ];
  const raw = Buffer.from(`${[...head, '', ...lines].join('\r\n')}\r\n`);
  const recipient = fate === 'held' ? held : inbox;
  return { id, mailFrom, recipient, raw, ...(fate === 'both' ? { alsoTo: [held] } : {}) };
}
