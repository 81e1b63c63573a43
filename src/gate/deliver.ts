import type { Decision } from '../decision.ts';
import { faultPoint } from '../faults.ts';
import type { Mail } from '../mail/mail.ts';
import type { Logger } from '../observe/log.ts';
import type { Fate, Verdict } from '../policy/verdict.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import { asGateError, type GateError } from './gate-error.ts';
import { piecesWithHeaders, withHeaders } from './headers.ts';
import { isPositive, type Reply, reply } from './reply.ts';
import type { Transaction } from './transaction.ts';
import { withdraw } from './withdraw.ts';

/** What became of a message: every recipient is in exactly one of the three lists. */
export interface Outcome {
  /** What the sender was told. */
  readonly reply: Reply;
  /** For whom the next hop took it. */
  readonly relayed: readonly string[];
  readonly held: readonly string[];
  /** For whom the sender was told 4xx or 5xx, and still has it. */
  readonly refused: readonly string[];
  /** Why it was refused; null where it was not, or the next hop refused it. */
  readonly refusal: Refusal | null;
  /** From the first byte of the data sent to the next hop to its reply; null where it was not asked, or did not answer. */
  readonly nextHopSeconds: number | null;
}

export interface Refusal {
  /** The label of `postern_refusals_total`. */
  readonly reason: string;
  /** For the operator; null where the reply says all. */
  readonly error: GateError | null;
}

export interface Delivery {
  readonly transaction: Transaction;
  readonly quarantine: Quarantine;
  readonly log: Logger;
  readonly addedHeaders: (decision: Decision) => Buffer;
  /** Our trace header. */
  readonly received: Buffer;
  readonly authservId: string;
  readonly subjectPrefix: string | null;
}

/** Verdicts for which the next hop gets the message, gravest last. */
const RELAYED: readonly Verdict[] = ['accept', 'tag'];

/**
 * Carries out a decision. The sender gets one reply for all recipients, and we send no bounces, so where fates differ:
 * one `defer` defers the message for all; `reject` for some and something else for others becomes `quarantine` for those some.
 *
 * Holding comes before relaying: a message that the next hop took but the quarantine did not could be neither refused (some would get
 * it twice) nor accepted (it would be lost to the others). Where relaying then fails, the held copy is deleted before
 * the sender is told to come again.
 */
export async function deliver(mail: Mail, decision: Decision, delivery: Delivery): Promise<Outcome> {
  const all = delivery.transaction.recipients;
  const plan = planOf(decision.fates, all);
  if (plan.kind === 'refuse') {
    delivery.transaction.abandon();
    return refusedOutcome(all, refusalReply(plan.verdict, mail.id), { reason: plan.verdict, error: null });
  }
  try {
    if (plan.hold.length > 0) await delivery.quarantine.hold(mail, decision, plan.hold);
  } catch (error) {
    delivery.transaction.abandon();
    const failure = asGateError(error);
    return refusedOutcome(all, failure.reply, { reason: failure.reason, error: failure });
  }
  if (plan.relay.length === 0) {
    delivery.transaction.abandon();
    // The words of any server that took a message: who attacks need not learn that it was held.
    const queued = reply(250, '2.0.0', `Ok: queued as ${mail.id}`);
    return { reply: queued, relayed: [], held: plan.hold, refused: [], refusal: null, nextHopSeconds: null };
  }
  return relayAndSettle(mail, decision, delivery, plan, all);
}

interface Plan {
  readonly kind: 'deliver';
  readonly hold: readonly string[];
  readonly relay: readonly string[];
  /** The gravest verdict among those that are relayed. */
  readonly verdict: Verdict;
}

/** Which recipients are held and which relayed. Throws where the fates do not cover the recipients: then nobody's is known. */
export function planOf(
  fates: readonly Fate[],
  recipients: readonly string[],
): Plan | { readonly kind: 'refuse'; readonly verdict: 'reject' | 'defer' } {
  const verdicts = recipients.map((recipient) => {
    const fate = fates.find((candidate) => candidate.recipients.includes(recipient));
    if (fate === undefined) throw new Error('a recipient has no fate');
    return { recipient, verdict: fate.verdict };
  });
  if (verdicts.some(({ verdict }) => verdict === 'defer')) return { kind: 'refuse', verdict: 'defer' };
  if (verdicts.every(({ verdict }) => verdict === 'reject')) return { kind: 'refuse', verdict: 'reject' };
  const relayed = verdicts.filter(({ verdict }) => RELAYED.includes(verdict));
  return {
    kind: 'deliver',
    hold: verdicts.filter(({ verdict }) => !RELAYED.includes(verdict)).map(({ recipient }) => recipient),
    relay: relayed.map(({ recipient }) => recipient),
    verdict: relayed.some(({ verdict }) => verdict === 'tag') ? 'tag' : 'accept',
  };
}

async function relayAndSettle(
  mail: Mail,
  decision: Decision,
  delivery: Delivery,
  plan: Plan,
  all: readonly string[],
): Promise<Outcome> {
  const { answer, error, seconds } = await relay(mail, decision, delivery, plan);
  if (isPositive(answer)) {
    const { relay: relayed, hold: held } = plan;
    return { reply: answer, relayed, held, refused: [], refusal: null, nextHopSeconds: seconds };
  }
  delivery.transaction.abandon();
  const refusal = error === null ? null : { reason: error.reason, error };
  if (plan.hold.length > 0) await withdraw(delivery.quarantine, mail.id, delivery.log);
  return { ...refusedOutcome(all, answer, refusal), nextHopSeconds: seconds };
}

interface Relayed {
  readonly answer: Reply;
  readonly error: GateError | null;
  readonly seconds: number | null;
}

async function relay(mail: Mail, decision: Decision, delivery: Delivery, plan: Plan): Promise<Relayed> {
  // The header tells those who get the message what was decided for them, not for others.
  const told: Decision = { ...decision, verdict: plan.verdict };
  const changes = {
    prepend: Buffer.concat([delivery.addedHeaders(told), delivery.received]),
    authservId: delivery.authservId,
    subjectPrefix: plan.verdict === 'tag' ? delivery.subjectPrefix : null,
  };
  const message = (await piecesWithHeaders(mail.content, changes)) ?? withHeaders(mail.content, changes);
  try {
    const against = await delivery.transaction.narrow(new Set(plan.relay));
    if (against !== null) return { answer: against, error: null, seconds: null };
    faultPoint('relay:narrowed');
    const start = performance.now();
    const answer = await delivery.transaction.data(message);
    faultPoint('relay:answered');
    return { answer, error: null, seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    const failure = asGateError(error);
    return { answer: failure.reply, error: failure, seconds: null };
  } finally {
    if (!Array.isArray(message)) message.destroy();
  }
}

/** What a sender hears of a message that was refused by decision. */
export function refusalReply(verdict: 'reject' | 'defer', id: string): Reply {
  if (verdict === 'reject') return reply(550, '5.7.1', `Message refused by policy (${id})`);
  return reply(451, '4.7.1', `Message cannot be judged now, try again later (${id})`);
}

/** Nobody got the message, and the sender was told so. */
export function refusedOutcome(
  recipients: readonly string[],
  answer: Reply,
  refusal: Refusal | null,
): Outcome {
  return { reply: answer, relayed: [], held: [], refused: recipients, refusal, nextHopSeconds: null };
}
