import { newMailId } from '../../mail/id.ts';
import { asGateError, GateError } from '../gate-error.ts';
import { type Reply, reply } from '../reply.ts';
import type { Answer } from './answer.ts';
import { clientOf, MacroStore } from './client.ts';
import type { MilterContext } from './context.ts';
import { type Envelope, judge } from './judge.ts';
import { IncomingMessage } from './message.ts';
import { negotiate, type Terms } from './negotiation.ts';
import type { Packet } from './packet.ts';

/** The mail server said what it may not say here: the rest cannot be understood, and the connection ends. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
}

export interface Said {
  readonly answers: readonly Answer[];
  /** The connection is over once these are sent. */
  readonly isEnd: boolean;
}

interface Open extends Envelope {
  readonly recipients: Map<string, string>;
  message: IncomingMessage | null;
}

const CONTINUE: readonly Answer[] = [{ kind: 'continue' }];

/** What the milter does on one connection: packets one after the other, each with what is answered to it. No sockets here. */
export class MilterSession {
  readonly #context: MilterContext;
  /** Why mail of this connection is not taken, null where it is. */
  readonly #refusal: GateError | null;
  readonly #macros = new MacroStore();
  #terms: Terms | null = null;
  #connect: Extract<Packet, { kind: 'connect' }> | null = null;
  #helo: string | null = null;
  #open: Open | null = null;
  #isGone = false;

  constructor(context: MilterContext, refusal: GateError | null = null) {
    this.#context = context;
    this.#refusal = refusal;
  }

  /** No message is coming in. One that is being answered is the packet under way. */
  get isIdle(): boolean {
    return this.#open === null;
  }

  /** Throws a ProtocolViolation; never for a message, whatever becomes of it. */
  async take(packet: Packet): Promise<Said> {
    if (packet.kind === 'negotiate') return { answers: [this.#negotiate(packet)], isEnd: false };
    const terms = this.#terms;
    if (terms === null) throw new ProtocolViolation(`${packet.kind} before negotiation`);
    if (packet.kind === 'quit') return { answers: [], isEnd: true };
    try {
      const answers = await this.#answer(packet, terms);
      return { answers: terms.unanswered.has(packet.kind) ? [] : answers, isEnd: false };
    } catch (error) {
      if (error instanceof ProtocolViolation) throw error;
      const isEnd = error === this.#refusal;
      return { answers: [{ kind: 'reply', reply: this.#refused(error) }], isEnd };
    }
  }

  /** The connection is gone: what was not answered is not carried out. */
  async close(): Promise<void> {
    this.#isGone = true;
    await this.#giveUp();
  }

  #negotiate(packet: Extract<Packet, { kind: 'negotiate' }>): Answer {
    const negotiated = negotiate(packet, this.#context.holder);
    if (negotiated === null) throw new ProtocolViolation(`version ${packet.version}`);
    this.#terms = negotiated.terms;
    return negotiated.answer;
  }

  async #answer(packet: Packet, terms: Terms): Promise<readonly Answer[]> {
    switch (packet.kind) {
      case 'macros':
        this.#macros.set(packet.command, packet.macros);
        return [];
      case 'connect':
        await this.#giveUp();
        this.#connect = packet;
        this.#helo = null;
        if (this.#refusal !== null) throw this.#refusal;
        return CONTINUE;
      case 'helo':
        this.#helo = packet.name;
        return CONTINUE;
      case 'mail':
        await this.#giveUp();
        return this.#mail(packet.arguments);
      case 'recipient':
        return this.#recipient(packet.arguments);
      case 'header': {
        const message = this.#message(terms, packet.kind);
        if (message.hasBody) throw new ProtocolViolation('header after the body began');
        await message.header(packet.name, packet.value);
        return CONTINUE;
      }
      case 'endOfHeaders':
        await this.#message(terms, packet.kind).endHeaders();
        return CONTINUE;
      case 'body':
        return this.#body(this.#message(terms, packet.kind), packet.bytes, terms);
      case 'endOfBody':
        return this.#end(this.#message(terms, packet.kind), packet.bytes, terms);
      case 'abort':
        await this.#giveUp();
        this.#macros.forgetMessage();
        return [];
      case 'quitForNext':
        await this.#giveUp();
        this.#macros.forgetAll();
        this.#connect = null;
        this.#helo = null;
        return [];
      default:
        return CONTINUE;
    }
  }

  #mail([path = '']: readonly string[]): readonly Answer[] {
    const { admission, clientLimits } = this.#context;
    if (this.#refusal !== null) throw this.#refusal;
    admission.checkRoom();
    const client = clientOf({
      connect: this.#connect,
      helo: this.#helo,
      macro: (name) => this.#macros.get(name),
    });
    if (client.ip !== null) clientLimits.message(client.ip, performance.now());
    this.#open = {
      client,
      mailFrom: addressOf(path),
      recipients: new Map(),
      message: null,
      id: newMailId(),
    };
    return CONTINUE;
  }

  #recipient([path = '']: readonly string[]): readonly Answer[] {
    const { maxRecipients } = this.#context;
    if (this.#open === null) throw new ProtocolViolation('recipient before MAIL');
    const { recipients } = this.#open;
    if (recipients.size >= maxRecipients) {
      throw new GateError(reply(452, '4.5.3', 'Too many recipients'), 'size', `over ${maxRecipients}`);
    }
    recipients.set(addressOf(path), path);
    return CONTINUE;
  }

  #message(terms: Terms, what: string): IncomingMessage {
    if (this.#open === null) throw new ProtocolViolation(`${what} before MAIL`);
    const { authservId, dataTimeoutMs, maxMessageBytes, spool } = this.#context;
    this.#open.message ??= new IncomingMessage(this.#open.id, {
      spool,
      authservId,
      withLeadingSpace: terms.withLeadingSpace,
      maxBytes: maxMessageBytes,
      timeoutMs: dataTimeoutMs,
    });
    return this.#open.message;
  }

  /**
   * DKIM signs the whole body, and the quarantine keeps it whole: nothing is skipped but of a message that is too large for us. It is
   * refused at its end, where every message gets its answer.
   */
  async #body(message: IncomingMessage, bytes: Buffer, terms: Terms): Promise<readonly Answer[]> {
    await message.body(bytes);
    return message.isTooLarge && terms.maySkip ? [{ kind: 'skip' }] : CONTINUE;
  }

  async #end(message: IncomingMessage, bytes: Buffer, terms: Terms): Promise<readonly Answer[]> {
    const open = this.#open;
    if (open === null) throw new ProtocolViolation('end of a message before MAIL');
    // From here on it is not given up but answered.
    this.#open = null;
    try {
      await message.body(bytes);
      const queueId = this.#macros.get('i');
      const isGone = () => this.#isGone;
      return await judge({ ...open, message, terms, queueId, isGone }, this.#context);
    } finally {
      this.#macros.forgetMessage();
    }
  }

  async #giveUp(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.message?.discard();
  }

  /** A reply of 421 would end the client's connection to the mail server; it may go on and try again. */
  #refused(error: unknown): Reply {
    const failure = asGateError(error);
    const { metrics, log } = this.#context;
    metrics.refusals.inc({ gate: 'milter', reason: failure.reason });
    const level = failure.reason === 'internal' || failure.reason === 'storage' ? 'error' : 'info';
    log[level](
      { client: this.#connect?.address?.address, reason: failure.reason, detail: failure.message },
      'refused',
    );
    return failure.reply.code === 421 ? { ...failure.reply, code: 451 } : failure.reply;
  }
}

/** The address of a path in angle brackets. */
function addressOf(path: string): string {
  const trimmed = path.trim();
  return trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed;
}
