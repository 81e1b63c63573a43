import type { NextHopConfig } from '../config/schema.ts';
import type { Content } from '../mail/mail.ts';
import { Pool } from './next-hop/pool.ts';
import { needsUtf8, type PathCommand } from './path.ts';
import { isPositive, type Reply } from './reply.ts';
import { Transaction } from './transaction.ts';
import type { Forwarded } from './xforward.ts';

export interface RelayOptions {
  readonly nextHop: NextHopConfig;
  /** Ours, for EHLO. */
  readonly hostname: string;
  readonly envelope: { readonly mailFrom: string; readonly rcptTo: readonly string[] };
  /** The bytes, and the headers before them if there are any: `withHeaders` makes such a stream. */
  readonly message: Content | AsyncIterable<Buffer>;
  /** Who sent it first, for a next hop that takes XFORWARD. */
  readonly forwarded?: Forwarded;
}

/**
 * Sends one message to the next hop without judging it, on a connection of its own, to all recipients or none. Gives the next hop's
 * last word, or the first reply that stood against it. Throws a GateError where the next hop cannot be had or breaks off.
 */
export async function relay(options: RelayOptions): Promise<Reply> {
  const pool = new Pool(options.nextHop, options.hostname);
  const transaction = new Transaction(pool, options.forwarded ?? new Map());
  try {
    const { extensions } = await known(pool);
    const { mailFrom, rcptTo } = options.envelope;
    const parameters = new Map<string, string | true>();
    if (extensions.has('8BITMIME')) parameters.set('BODY', '8BITMIME');
    if (extensions.has('SMTPUTF8') && [mailFrom, ...rcptTo].some(needsUtf8)) parameters.set('SMTPUTF8', true);
    const begun = await transaction.mail(path(mailFrom, parameters));
    if (!isPositive(begun)) return begun;
    for (const recipient of rcptTo) {
      const answer = await transaction.recipient(path(recipient, new Map()));
      if (!isPositive(answer)) return answer;
    }
    return await transaction.data(isContent(options.message) ? options.message.stream() : options.message);
  } finally {
    // Where a reply stood against it, the connection is still within the transaction.
    transaction.abandon();
    pool.close();
  }
}

/** The first connection tells the extensions, and is kept for the message. */
async function known(pool: Pool) {
  const connection = await pool.acquire();
  const { capabilities } = connection;
  await pool.release(connection, 'between-transactions');
  return capabilities;
}

function isContent(message: RelayOptions['message']): message is Content {
  return 'stream' in message && typeof message.stream === 'function';
}

function path(address: string, parameters: PathCommand['parameters']): PathCommand {
  return { address, parameters, duplicate: null };
}
