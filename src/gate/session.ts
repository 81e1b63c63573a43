import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { Decision } from '../decision.ts';
import { faultPoint } from '../faults.ts';
import { newMailId } from '../mail/id.ts';
import type { Content, Mail } from '../mail/mail.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import { type Client, envelopeOf } from './client.ts';
import { deliver, type Outcome } from './deliver.ts';
import { GateError, nextHopError } from './gate-error.ts';
import type { Admission, ClientLimits } from './limits.ts';
import { checkLineEnds } from './line-end-check.ts';
import type { Pool } from './next-hop/pool.ts';
import type { PathCommand } from './path.ts';
import { countReceived, MAX_RECEIVED, receivedHeader } from './received.ts';
import { recordResult } from './record-result.ts';
import { type Reply, reply } from './reply.ts';
import type { Received, Spool } from './spool.ts';
import { Transaction } from './transaction.ts';

/** What became of a judged message, with the time from the end of its data to our reply. */
export interface Result extends Outcome {
  readonly seconds: number;
}

/** A message that goes on without being judged. */
export interface Unjudged {
  readonly id: string;
  readonly receivedAt: Date;
  readonly mailFrom: string;
  readonly content: Content;
  /** Our trace header. */
  readonly received: Buffer;
  readonly transaction: Transaction;
}

/** What all sessions of a gate share. */
export interface SessionContext {
  readonly pool: Pool;
  readonly spool: Spool;
  readonly clientLimits: ClientLimits;
  readonly admission: Admission;
  readonly quarantine: Quarantine;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly hostname: string;
  readonly authservId: string;
  readonly subjectPrefix: string | null;
  readonly bareLineEnds: 'normalise' | 'reject';
  readonly messagesPerConnection: number;
  readonly dataTimeoutMs: number;
  readonly inspect: (mail: Mail) => Promise<Decision>;
  readonly addedHeaders: (decision: Decision) => Buffer;
  readonly onDecision: (decision: Decision, result: Result) => void;
  /** Where it is given, messages go this way instead of being judged. Gives the next hop's last word. */
  readonly passOn?: (message: Unjudged) => Promise<Reply>;
}

interface Open {
  readonly client: Client;
  readonly transaction: Transaction;
  readonly mailFrom: string;
  readonly protocol: string;
}

/**
 * What the gate does for one client: MAIL and RCPT in lock-step with the next hop, then the message received, judged and
 * carried out. Each method gives the next hop's reply, or throws a GateError with ours.
 */
export class Session {
  readonly #context: SessionContext;
  #open: Open | null = null;
  #messages = 0;
  #isGone = false;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  async mail(command: PathCommand, client: Client): Promise<Reply> {
    const { admission, clientLimits, messagesPerConnection, pool } = this.#context;
    if (this.#messages >= messagesPerConnection) {
      throw new GateError(
        reply(421, '4.7.0', 'Too many messages, connect again'),
        'rate',
        'messages per connection',
      );
    }
    admission.checkRoom();
    if (!client.isForwarderItself) clientLimits.message(client.ip, performance.now());
    this.#messages += 1;
    const transaction = new Transaction(pool, client.forwarded);
    const protocol = command.parameters.has('SMTPUTF8')
      ? client.protocol.replace(/^E?SMTP/, 'UTF8SMTP')
      : client.protocol;
    this.#open = { client, transaction, mailFrom: command.address, protocol };
    try {
      const answer = await transaction.mail(command);
      if (answer.code >= 400) this.#open = null;
      return answer;
    } catch (error) {
      this.reset();
      throw error;
    } finally {
      if (this.#isGone) this.reset();
    }
  }

  async recipient(command: PathCommand): Promise<Reply> {
    if (this.#open === null) throw nextHopError('4.4.2', 'RCPT without MAIL');
    return this.#open.transaction.recipient(command);
  }

  /** Receives, judges and carries out one message. The reply is the last word on it; after it, nothing of it is left here. */
  async data(stream: Readable): Promise<Reply> {
    const open = this.#open;
    this.#open = null;
    if (open === null) throw nextHopError('4.4.2', 'DATA without MAIL');
    try {
      const id = newMailId();
      const received = await this.#receive(id, stream);
      faultPoint('message:received', open.mailFrom);
      try {
        return await this.#judge(id, open, received);
      } finally {
        await this.#dispose(id, received);
      }
    } finally {
      open.transaction.abandon();
    }
  }

  /** The message is where it belongs: a file that stays behind changes nothing of what the sender hears. The next start removes it. */
  async #dispose(id: string, received: Received): Promise<void> {
    try {
      await received.dispose();
    } catch (error) {
      this.#context.log.error({ event: 'spool_file_not_removed', id, err: error });
    }
  }

  /** Forgets the transaction; the next hop is told. */
  reset(): void {
    this.#open?.transaction.abandon();
    this.#open = null;
  }

  /** The client is gone. A message that was received whole is still carried out: nobody can tell it from one that was. */
  close(): void {
    this.#isGone = true;
    this.reset();
  }

  async #receive(id: string, stream: Readable): Promise<Received> {
    const { dataTimeoutMs, spool } = this.#context;
    const timer = setTimeout(() => stream.destroy(tooLate(dataTimeoutMs)), dataTimeoutMs);
    try {
      return await spool.receive(id, stream);
    } finally {
      clearTimeout(timer);
    }
  }

  async #judge(id: string, open: Open, received: Received): Promise<Reply> {
    const started = performance.now();
    await this.#check(received);
    const leave = await this.#context.admission.enter(received.content.size);
    try {
      const { passOn } = this.#context;
      if (passOn !== undefined) return await passOn(this.#unjudged(id, open, received.content));
      const mail: Mail = {
        id,
        receivedAt: new Date(),
        envelope: envelopeOf(open.client, open.mailFrom, open.transaction.recipients),
        content: received.content,
        wire: received.wire,
        recordedAuthentication: null,
      };
      const decision = await this.#context.inspect(mail);
      faultPoint('message:inspected', open.mailFrom);
      const outcome = await this.#deliver(mail, decision, open);
      faultPoint('message:settled', open.mailFrom);
      const seconds = (performance.now() - started) / 1000;
      recordResult('smtp', decision, { ...outcome, seconds }, this.#context);
      faultPoint('message:recorded', open.mailFrom);
      return outcome.reply;
    } finally {
      leave();
    }
  }

  #unjudged(id: string, open: Open, content: Content): Unjudged {
    const { mailFrom, protocol, transaction } = open;
    const receivedAt = new Date();
    const trace = { ...envelopeOf(open.client, mailFrom, []), protocol, id, receivedAt };
    const received = receivedHeader({ ...trace, hostname: this.#context.hostname });
    return { id, receivedAt, mailFrom, content, received, transaction };
  }

  async #check({ content, wire }: Received): Promise<void> {
    checkLineEnds(wire, this.#context);
    const hops = await countReceived(content);
    if (hops >= MAX_RECEIVED) {
      throw new GateError(reply(554, '5.4.6', 'Too many hops'), 'loop', `${hops} Received headers`);
    }
  }

  async #deliver(mail: Mail, decision: Decision, open: Open): Promise<Outcome> {
    const { addedHeaders, authservId, hostname, log, quarantine, subjectPrefix } = this.#context;
    const { envelope, id, receivedAt } = mail;
    return deliver(mail, decision, {
      transaction: open.transaction,
      quarantine,
      log,
      addedHeaders,
      authservId,
      subjectPrefix,
      received: receivedHeader({ ...envelope, protocol: open.protocol, hostname, id, receivedAt }),
    });
  }
}

function tooLate(limitMs: number): GateError {
  const answer = reply(421, '4.4.2', 'Message took too long');
  return new GateError(answer, 'timeout', `data took over ${limitMs} ms`);
}
