import { GateError, nextHopError } from './gate-error.ts';
import type { Connection, MessageBytes } from './next-hop/connection.ts';
import type { Pool } from './next-hop/pool.ts';
import { needsUtf8, type PathCommand } from './path.ts';
import { isPositive, type Reply, reply } from './reply.ts';
import { type Forwarded, formatXforward } from './xforward.ts';

/** What a recipient was accepted with. */
interface Recipient {
  readonly address: string;
  readonly line: string;
}

/** Parameters of MAIL that go on to the next hop, by the extension that allows them; null is our own. */
const MAIL_PARAMETERS: Readonly<Record<string, string>> = {
  SIZE: 'SIZE',
  BODY: '8BITMIME',
  SMTPUTF8: 'SMTPUTF8',
  RET: 'DSN',
  ENVID: 'DSN',
};
const RCPT_PARAMETERS: Readonly<Record<string, string>> = { NOTIFY: 'DSN', ORCPT: 'DSN' };

/**
 * One mail transaction with the next hop, in lock-step with that of the client: each command goes on as it comes, and the reply
 * goes back. It can be begun anew on the same or another connection, for some of its recipients, as long as no data was sent.
 */
export class Transaction {
  readonly #pool: Pool;
  readonly #forwarded: Forwarded;
  #connection: Connection | null = null;
  #mail: PathCommand | null = null;
  #recipients: Recipient[] = [];

  constructor(pool: Pool, forwarded: Forwarded) {
    this.#pool = pool;
    this.#forwarded = forwarded;
  }

  /** Addresses that the next hop accepted, each once, in order. */
  get recipients(): readonly string[] {
    return [...new Set(this.#recipients.map((recipient) => recipient.address))];
  }

  /** Throws a GateError where the next hop cannot be had. */
  async mail(command: PathCommand): Promise<Reply> {
    this.#mail = command;
    const answer = await this.#begin();
    if (!isPositive(answer)) this.#giveBack('within-transaction');
    return answer;
  }

  async recipient(command: PathCommand): Promise<Reply> {
    const connection = this.#connection;
    if (connection === null) throw nextHopError('4.4.2', 'RCPT without a connection');
    const line = `RCPT TO:<${command.address}>${parametersFor(command, connection, RCPT_PARAMETERS)}`;
    const answer = await connection.command(line);
    if (isPositive(answer)) this.#recipients.push({ address: command.address, line });
    return answer;
  }

  /**
   * Makes the transaction one for `recipients` alone. Does nothing where it is so already and the connection lives. Gives the reply of the
   * next hop that stands against it, or null: what it accepted before, it may refuse now.
   */
  async narrow(recipients: ReadonlySet<string>): Promise<Reply | null> {
    const isWhole = this.#recipients.every((recipient) => recipients.has(recipient.address));
    if (isWhole && this.#connection?.usable) return null;
    const wanted = this.#recipients.filter((recipient) => recipients.has(recipient.address));
    const begun = await this.#beginAgain();
    if (!isPositive(begun)) return begun;
    const connection = this.#connection;
    if (connection === null) throw nextHopError('4.4.2', 'no connection');
    const answers = await connection.commands(wanted.map((recipient) => recipient.line));
    this.#recipients = wanted;
    return answers.find((answer) => !isPositive(answer)) ?? null;
  }

  /** Sends the message. Gives the word of the next hop; with LMTP, one reply for all recipients. */
  async data(message: MessageBytes): Promise<Reply> {
    const connection = this.#connection;
    if (connection === null) throw nextHopError('4.4.2', 'DATA without a connection');
    const replies = await connection.data(message, this.#pool.isLmtp ? this.#recipients.length : 1);
    const answer = gravest(replies);
    if (isPositive(answer)) this.#giveBack('between-transactions');
    // A server that refuses may have done so before it read the dot, and answer that one, too: the reply to RSET would be
    // taken for it, and all replies after that for others than they are (S8).
    else this.#leave();
    return answer;
  }

  /** Ends it without a message. The connection is reset for the next user, or dropped. */
  abandon(): void {
    this.#giveBack('within-transaction');
  }

  /** A kept connection may have died since: then once more on a new one. Before MAIL is accepted nothing can be sent twice. */
  async #begin(): Promise<Reply> {
    const kept = await this.#pool.acquire();
    if (kept.reused) {
      try {
        const answer = await this.#mailOn(kept);
        if (answer.code !== 421) return answer;
        kept.destroy();
      } catch (error) {
        if (kept.usable || !(error instanceof GateError)) throw error;
      }
      return this.#mailOn(await this.#pool.acquire(true));
    }
    return this.#mailOn(kept);
  }

  async #beginAgain(): Promise<Reply> {
    const connection = this.#connection;
    if (!connection?.usable) return this.#begin();
    const reset = await connection.command('RSET');
    if (isPositive(reset)) return this.#mailOn(connection);
    connection.destroy();
    return this.#mailOn(await this.#pool.acquire(true));
  }

  async #mailOn(connection: Connection): Promise<Reply> {
    this.#connection = connection;
    const command = this.#mail;
    if (command === null) throw nextHopError('4.4.2', 'no MAIL to begin with');
    let parameters: string;
    try {
      parameters = parametersFor(command, connection, MAIL_PARAMETERS);
    } catch (error) {
      this.#giveBack('between-transactions');
      throw error;
    }
    const lines = [
      ...formatXforward(this.#forwarded, connection.capabilities.xforward),
      `MAIL FROM:<${command.address}>${parameters}`,
    ];
    // A refused XFORWARD costs the next hop the client's name, not the mail.
    const answers = await connection.commands(lines);
    const answer = answers.at(-1);
    if (answer === undefined) throw nextHopError('4.4.2', 'no reply to MAIL');
    return answer;
  }

  #leave(): void {
    this.#connection?.quit();
    this.#connection = null;
  }

  #giveBack(state: 'between-transactions' | 'within-transaction'): void {
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) void this.#pool.release(connection, state);
  }
}

/** Parameters as they came, checked against what this connection offers: what was offered to the client may have changed. */
function parametersFor(
  command: PathCommand,
  connection: Connection,
  allowed: Readonly<Record<string, string>>,
): string {
  const { extensions } = connection.capabilities;
  let text = '';
  for (const [key, value] of command.parameters) {
    const extension = allowed[key];
    // SIZE is offered by us whether or not the next hop has it; there it is just not said.
    if (key === 'SIZE' && !extensions.has('SIZE')) continue;
    if (key === 'BODY' && value !== true && value.toUpperCase() === '7BIT' && !extensions.has('8BITMIME'))
      continue;
    if (extension === undefined || !extensions.has(extension)) {
      throw new GateError(
        reply(555, '5.5.4', `Parameter ${key} is not supported`),
        'parameters',
        `${key} without ${extension}`,
      );
    }
    text += value === true ? ` ${key}` : ` ${key}=${value}`;
  }
  if (needsUtf8(command.address) && !extensions.has('SMTPUTF8')) {
    throw new GateError(
      reply(553, '5.6.7', 'Address needs SMTPUTF8'),
      'parameters',
      'address needs SMTPUTF8',
    );
  }
  return text;
}

/**
 * LMTP answers for each recipient, SMTP for all. A 2xx for some must not stand for those that were refused, so the gravest
 * reply wins: 5xx (the sender hears of it, though some have the message), then 4xx (it comes again, and some get it twice).
 */
function gravest(replies: readonly Reply[]): Reply {
  const [first] = replies;
  if (first === undefined) throw nextHopError('4.4.2', 'no reply after the data');
  return replies.reduce((worst, given) => (rank(given) > rank(worst) ? given : worst), first);
}

function rank(given: Reply): number {
  if (given.code >= 500) return 2;
  return given.code >= 400 ? 1 : 0;
}
