/** Headers that the servers on the way put before a message; `Received` is there more than once. */
const ADDED = new Set([
  'return-path',
  'x-original-to',
  'delivered-to',
  'received',
  'x-postern-verdict',
  'x-postern-reasons',
  'authentication-results',
]);
/** How the servers of a test call themselves: a `Received` of another host came with the message. */
const OUR_HOSTS = /\bby (?:\S+\.)?(?:door|next|postern|relay)\.(?:test|example)\b/;

/** A message as it was delivered, taken apart. */
export interface Delivered {
  /** Names of the headers that were put before it, in lower case, from the top. */
  readonly added: readonly string[];
  /** What the X-Postern-Verdict says first, or null where there is none. */
  readonly verdict: string | null;
  /** All the rest, with CRLF. */
  readonly message: Buffer;
}

/**
 * Takes the headers off that servers on the way added at the top. Mailboxes have LF line ends; a message that was sent with CRLF
 * line ends only comes back exactly.
 */
export function takeApart(stored: Buffer): Delivered {
  let rest = stored.toString('latin1').replace(/\r?\n/g, '\r\n');
  const added: string[] = [];
  let verdict: string | null = null;
  for (;;) {
    const field = /^([!-9;-~]+):[^\r]*\r\n(?:[ \t][^\r]*\r\n)*/.exec(rest);
    const name = field?.[1]?.toLowerCase();
    if (field === null || name === undefined || !ADDED.has(name)) break;
    if (name === 'received' && !OUR_HOSTS.test(field[0])) break;
    if (name === 'authentication-results' && !/^[^:]*:\s*postern\.example\b/.test(field[0])) break;
    if (name === 'x-postern-verdict') verdict = /:\s*(\w+)/.exec(field[0])?.[1] ?? null;
    added.push(name);
    rest = rest.slice(field[0].length);
  }
  return { added, verdict, message: Buffer.from(rest, 'latin1') };
}
