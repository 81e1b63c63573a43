import type { Config } from '../../config/schema.ts';
import { withHeaders } from '../../gate/headers.ts';
import { relay } from '../../gate/relay.ts';
import { isPositive } from '../../gate/reply.ts';
import { authservIdOf, hostnameOf } from '../../hostname.ts';
import { Mistake } from '../../mistake.ts';
import type { Held, HeldChoice, Quarantine } from '../quarantine.ts';

/** The next hop did not take a message: it stays held and can be released later. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered';
}

/**
 * Sends a held message to the next hop, to those recipients that are chosen and still held, and marks it released for them. It is
 * not judged again, and says so in its X-Postern-Verdict. Gives the next hop's last word. Throws NotDelivered, with the message still
 * held, where it was not taken, QuarantineRefusal where somebody was first, and a Mistake where there is no next hop.
 */
export async function releaseHeld(
  quarantine: Pick<Quarantine, 'release'>,
  id: string,
  choice: HeldChoice,
  config: Config,
): Promise<string> {
  const { nextHop } = config.gate;
  if (nextHop === null) throw new Mistake('gate.nextHop is not set: there is nowhere to release to');
  let said = '';
  await quarantine.release(id, choice, async (held, content) => {
    const reply = await relay({
      nextHop,
      hostname: hostnameOf(config.gate),
      envelope: { mailFrom: held.envelope.mailFrom ?? '', rcptTo: held.recipients },
      message: withHeaders(content, { prepend: releasedField(held), authservId: authservIdOf(config) }),
    }).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new NotDelivered(`the next hop did not take it (${why}); the message stays held`, { cause });
    });
    said = [reply.code, ...reply.lines].join(' ');
    if (!isPositive(reply)) throw new NotDelivered(`the next hop said ${said}; the message stays held`);
  });
  return said;
}

/** `accept`, since that is its verdict now: a rule of the recipient for held mail must not catch it again. */
function releasedField({ id, category, score }: Held): Buffer {
  return Buffer.from(
    `X-Postern-Verdict: accept; released; category=${category}; score=${score.toFixed(3)};\r\n\tid=${id}\r\n`,
  );
}
