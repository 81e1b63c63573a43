import type { Config } from '../../config/schema.ts';
import { withHeaders } from '../../gate/headers.ts';
import { relay } from '../../gate/relay.ts';
import { isPositive } from '../../gate/reply.ts';
import { authservIdOf, hostnameOf } from '../../hostname.ts';
import type { Held, HeldChoice, Quarantine } from '../../quarantine/quarantine.ts';
import { UsageError } from '../failure.ts';

/**
 * Sends a held message to the next hop, to those recipients for whom it was held, and marks it released. It is not judged
 * again, and says so in its X-Postern-Verdict. Gives the next hop's last word; throws, with the message still held, where
 * it was not taken.
 */
export async function releaseHeld(
  quarantine: Quarantine,
  id: string,
  config: Config,
  choice: HeldChoice,
): Promise<string> {
  const { nextHop } = config.gate;
  if (nextHop === null) throw new UsageError('gate.nextHop is not set: there is nowhere to release to');
  let said = '';
  await quarantine.release(id, choice, async (held, content) => {
    const reply = await relay({
      nextHop,
      hostname: hostnameOf(config.gate),
      envelope: { mailFrom: held.envelope.mailFrom ?? '', rcptTo: held.recipients },
      message: withHeaders(content, { prepend: releasedField(held), authservId: authservIdOf(config) }),
    });
    said = [reply.code, ...reply.lines].join(' ');
    if (!isPositive(reply)) throw new Error(`the next hop said ${said}; the message stays held`);
  });
  return said;
}

/** `accept`, since that is its verdict now: a rule of the recipient for held mail must not catch it again. */
function releasedField({ id, category, score }: Held): Buffer {
  return Buffer.from(
    `X-Postern-Verdict: accept; released; category=${category}; score=${score.toFixed(3)};\r\n\tid=${id}\r\n`,
  );
}
