import type { Logger } from 'pino';
import type { Decision } from '../../decision.ts';
import type { Mail } from '../../mail/mail.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Quarantine } from '../../quarantine/quarantine.ts';
import { type Outcome, planOf, refusalReply, refusedOutcome } from '../deliver.ts';
import { asGateError, GateError } from '../gate-error.ts';
import { reply } from '../reply.ts';
import { withdraw } from '../withdraw.ts';
import type { Answer } from './answer.ts';
import { type FieldRegister, insertions } from './fields.ts';
import type { Terms } from './negotiation.ts';

export interface Order {
  readonly mail: Mail;
  readonly decision: Decision;
  readonly fields: FieldRegister;
  /** Each recipient as the mail server wrote it. */
  readonly paths: ReadonlyMap<string, string>;
  readonly terms: Terms;
  /** The mail server has closed the connection: it will not hear the answer. */
  readonly isGone: () => boolean;
}

export interface CarryOutContext {
  readonly quarantine: Quarantine;
  readonly addedHeaders: (decision: Decision) => Buffer;
  readonly subjectPrefix: string | null;
  readonly log: Logger;
  /** Where held mail is kept. */
  readonly holder: 'postern' | 'mta';
}

export interface CarriedOut {
  /** Changes of the message, then the last word on it. */
  readonly answers: readonly Answer[];
  readonly outcome: Outcome;
}

/**
 * Carries out a decision with what the mail server granted. As in the SMTP proxy, one `defer` defers the message for all, and
 * `reject` for some only is `quarantine` for those. What is not granted has an outcome of its own that loses nothing: who cannot be taken
 * off the message is held with all others, what the mail server cannot hold we hold, and a forged header that cannot be removed defers.
 */
export async function carryOut(order: Order, context: CarryOutContext): Promise<CarriedOut> {
  const { decision, mail, terms } = order;
  const all = mail.envelope.rcptTo;
  if (order.isGone()) return brokenOff(all);
  const plan = planOf(decision.fates, all);
  if (plan.kind === 'refuse') {
    return refused(all, refusalReply(plan.verdict, mail.id), { reason: plan.verdict, error: null });
  }
  const canSplit = terms.mayDeleteRecipients || plan.relay.length === 0;
  const byServer = context.holder === 'mta' && terms.mayQuarantine;
  const hold = plan.hold.length > 0 && (byServer || !canSplit) ? all : plan.hold;
  const isPassedOn = byServer || hold.length < all.length;
  if (isPassedOn && order.fields.hasForged && !terms.mayChangeHeaders) return cannotRemove(order);
  if (hold.length === 0) return passedOn(order, context, plan.verdict, []);
  if (byServer) return passedOn(order, context, 'quarantine', hold);
  if (!canSplit) context.log.warn({ id: mail.id }, 'held for all: the mail server lets us take nobody off');
  const failed = await holdHere(order, context, hold);
  if (failed !== null) return failed;
  if (hold.length < all.length) return passedOn(order, context, plan.verdict, hold);
  return { answers: [{ kind: 'discard' }], outcome: settled([], hold) };
}

/** The mail server keeps the message, changed, for all but those that we hold; or, where it holds, for all in its hold queue. */
function passedOn(
  order: Order,
  context: CarryOutContext,
  verdict: Verdict,
  held: readonly string[],
): CarriedOut {
  const { decision, mail, paths } = order;
  const changes = headerChanges(order, context, verdict);
  const word: Answer = { kind: 'accept' };
  if (verdict === 'quarantine') {
    const reason = `Postern ${mail.id}: ${decision.assessment.category}`;
    return { answers: [...changes, { kind: 'quarantine', reason }, word], outcome: settled([], held) };
  }
  const deletions = held.map(
    (recipient): Answer => ({ kind: 'deleteRecipient', path: paths.get(recipient) ?? `<${recipient}>` }),
  );
  const relayed = mail.envelope.rcptTo.filter((recipient) => !held.includes(recipient));
  return { answers: [...changes, ...deletions, word], outcome: settled(relayed, held) };
}

/** Null when it is held. The copy goes where nobody will hear that we have it: the mail server keeps the message for a new try. */
async function holdHere(
  { decision, isGone, mail }: Order,
  { log, quarantine }: CarryOutContext,
  recipients: readonly string[],
): Promise<CarriedOut | null> {
  const all = mail.envelope.rcptTo;
  try {
    await quarantine.hold(mail, decision, recipients);
  } catch (error) {
    const failure = asGateError(error);
    return refused(all, failure.reply, { reason: failure.reason, error: failure });
  }
  if (!isGone()) return null;
  await withdraw(quarantine, mail.id, log);
  return brokenOff(all);
}

function brokenOff(all: readonly string[]): CarriedOut {
  const answer = reply(451, '4.4.2', 'Mail server broke off');
  const error = new GateError(answer, 'timeout', 'the mail server did not wait for the answer');
  return refused(all, answer, { reason: error.reason, error });
}

function headerChanges(order: Order, context: CarryOutContext, verdict: Verdict): Answer[] {
  const { decision, fields, mail, terms } = order;
  const prefix = verdict === 'tag' && terms.mayChangeHeaders ? context.subjectPrefix : null;
  const changes: Answer[] = [
    ...fields.removals(),
    ...(prefix ? fields.prefixedSubject(prefix, terms.withLeadingSpace) : []),
  ];
  if (!terms.mayInsertHeaders) {
    context.log.warn({ id: mail.id, verdict }, 'not marked: the mail server lets us add no header');
    return changes;
  }
  // The header tells those who get the message what was decided for them, not for others.
  const lines = context.addedHeaders({ ...decision, verdict });
  return [...changes, ...insertions(lines, terms.withLeadingSpace)];
}

function cannotRemove({ mail }: Order): CarriedOut {
  const answer = reply(451, '4.3.5', 'Local configuration error, try again later');
  const detail = 'the mail server lets us change no header, and the message has forged ones';
  const error = new GateError(answer, 'internal', detail);
  return refused(mail.envelope.rcptTo, answer, { reason: error.reason, error });
}

function refused(
  all: readonly string[],
  answer: Outcome['reply'],
  refusal: NonNullable<Outcome['refusal']>,
): CarriedOut {
  return { answers: [{ kind: 'reply', reply: answer }], outcome: refusedOutcome(all, answer, refusal) };
}

function settled(relayed: readonly string[], held: readonly string[]): Outcome {
  const told = reply(250, '2.0.0', 'Ok');
  return { reply: told, relayed, held, refused: [], refusal: null, nextHopSeconds: null };
}
