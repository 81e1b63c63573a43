import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenOff, SmtpClient, type SmtpReply } from './smtp-client.ts';

/** One message for recipients who get no other: so where it ended is known without touching it. */
export interface Letter {
  readonly id: string;
  readonly mailFrom: string;
  readonly recipient: string;
  /** More recipients of the same message. */
  readonly alsoTo?: readonly string[];
  /** CRLF line ends only. */
  readonly raw: Buffer;
}

/** Whom a letter goes to. */
export function recipientsOf({ recipient, alsoTo = [] }: Letter): readonly string[] {
  return [recipient, ...alsoTo];
}

/** What the sender was told in the end. `unanswered` never got a final reply. */
export interface Outcome {
  readonly letter: Letter;
  readonly state: 'accepted' | 'refused' | 'unanswered';
  readonly reply: SmtpReply | null;
  /** How often the connection broke after the whole message was sent: each may have left a copy (RFC 1047). */
  readonly inDoubt: number;
}

export interface SendOptions {
  readonly port: number;
  readonly connections: number;
  /** Address that the sender has: any of 127.0.0.0/8. */
  readonly localAddress?: string;
  /** How often to try a message again that was answered with 4xx or not at all. */
  readonly retries?: number;
  readonly onOutcome?: (outcome: Outcome, done: number) => void;
}

const PAUSE_BEFORE_RETRY_MS = 200;

/** Sends letters as a mail server does: several connections, each used for many messages, and another try for what failed. */
export async function sendAll(letters: readonly Letter[], options: SendOptions): Promise<Outcome[]> {
  const waiting = [...letters];
  const outcomes: Outcome[] = [];
  const work = async () => {
    const line = new Line(options.port, options.localAddress);
    for (let letter = waiting.shift(); letter !== undefined; letter = waiting.shift()) {
      const outcome = await deliver(letter, line, options.retries ?? 0);
      outcomes.push(outcome);
      options.onOutcome?.(outcome, outcomes.length);
    }
    line.hangUp();
  };
  await Promise.all(Array.from({ length: options.connections }, work));
  return outcomes;
}

/** A connection that is opened when needed and kept. */
class Line {
  readonly #port: number;
  readonly #localAddress: string | undefined;
  #client: SmtpClient | null = null;

  constructor(port: number, localAddress: string | undefined) {
    this.#port = port;
    this.#localAddress = localAddress;
  }

  async send(letter: Letter): Promise<SmtpReply> {
    this.#client ??= await SmtpClient.open(this.#port, this.#localAddress);
    const client = this.#client;
    const eightBit = letter.raw.some((byte) => byte > 127) ? ' BODY=8BITMIME' : '';
    const mail = await client.command(`MAIL FROM:<${letter.mailFrom}> SIZE=${letter.raw.length}${eightBit}`);
    if (mail.code >= 300) return this.#reset(mail);
    for (const recipient of recipientsOf(letter)) {
      const rcpt = await client.command(`RCPT TO:<${recipient}>`);
      if (rcpt.code >= 300) return this.#reset(rcpt);
    }
    const end = await client.data(letter.raw);
    return end.code === 421 ? this.#reset(end) : end;
  }

  hangUp(): void {
    this.#client?.close();
    this.#client = null;
  }

  /** Gives the reply, with the connection ready for the next message. */
  async #reset(reply: SmtpReply): Promise<SmtpReply> {
    if (reply.code === 421) this.hangUp();
    else await this.#client?.command('RSET');
    return reply;
  }
}

async function deliver(letter: Letter, line: Line, retries: number): Promise<Outcome> {
  let inDoubt = 0;
  let reply: SmtpReply | null = null;
  for (let attempt = 0; attempt <= retries; attempt++) {
    if (attempt > 0) await sleep(PAUSE_BEFORE_RETRY_MS);
    try {
      reply = await line.send(letter);
      if (reply.code < 300) return { letter, state: 'accepted', reply, inDoubt };
      if (reply.code >= 500) return { letter, state: 'refused', reply, inDoubt };
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
      line.hangUp();
      reply = null;
      if (error.afterData) inDoubt += 1;
    }
  }
  return { letter, state: 'unanswered', reply, inDoubt };
}
