import { faultPoint } from '../../faults.ts';
import type { Mail } from '../../mail/mail.ts';
import { GateError } from '../gate-error.ts';
import { checkLineEnds } from '../line-end-check.ts';
import { recordResult } from '../record-result.ts';
import { reply } from '../reply.ts';
import type { Received } from '../spool.ts';
import type { Answer } from './answer.ts';
import { carryOut } from './carry-out.ts';
import type { MilterClient } from './client.ts';
import type { MilterContext } from './context.ts';
import type { IncomingMessage } from './message.ts';
import type { Terms } from './negotiation.ts';

/** What is known of a message before its first header. */
export interface Envelope {
  readonly id: string;
  readonly client: MilterClient;
  readonly mailFrom: string;
  /** Address → the path as the mail server wrote it. */
  readonly recipients: ReadonlyMap<string, string>;
}

export interface Whole extends Envelope {
  readonly message: IncomingMessage;
  readonly terms: Terms;
  /** Name of the message at the mail server, for the log. */
  readonly queueId: string | null;
  readonly isGone: () => boolean;
}

/** Judges a message that has come whole, and carries the decision out. Gives the answers; rejects where it cannot be judged now. */
export async function judge(whole: Whole, context: MilterContext): Promise<readonly Answer[]> {
  const started = performance.now();
  const received = await whole.message.finish();
  faultPoint('message:received', whole.mailFrom);
  try {
    if (whole.recipients.size === 0) throw new GateError(NOT_NOW, 'parameters', 'a message for nobody');
    checkLineEnds(received.wire, context);
    const leave = await context.admission.enter(received.content.size);
    try {
      return await decide(whole, received, started, context);
    } finally {
      leave();
    }
  } finally {
    await received.dispose();
  }
}

const NOT_NOW = reply(451, '4.3.0', 'Local error, try again later');

async function decide(
  { client, id, isGone, mailFrom, message, queueId, recipients, terms }: Whole,
  { content, wire }: Received,
  started: number,
  context: MilterContext,
): Promise<readonly Answer[]> {
  const { helo, ip: clientIp, name: clientName } = client;
  const envelope = { clientIp, clientName, helo, mailFrom, rcptTo: [...recipients.keys()] };
  const mail: Mail = {
    id,
    receivedAt: new Date(),
    envelope,
    content,
    wire,
    recordedAuthentication: null,
  };
  const decision = await context.inspect(mail);
  faultPoint('message:inspected', mailFrom);
  const order = { mail, decision, fields: message.fields, paths: recipients, terms, isGone };
  const { answers, outcome } = await carryOut(order, context);
  faultPoint('message:settled', mailFrom);
  const seconds = (performance.now() - started) / 1000;
  recordResult('milter', decision, { ...outcome, seconds }, context);
  faultPoint('message:recorded', mailFrom);
  const { relayed: taken } = outcome;
  if (client.isLoggedIn && taken.length > 0) {
    await context.learner?.learn({ id, at: mail.receivedAt, mailFrom, recipients: taken, content });
  }
  context.log.debug({ id, queueId }, 'answered the mail server');
  return answers;
}
