import type { Config } from '../../config/schema.ts';
import { heldMailOf } from '../../feedback/held-mail.ts';
import { giveFeedback, UnknownDecision } from '../../ledger/feedback.ts';
import type { Quarantine } from '../../quarantine/quarantine.ts';
import { WHOLE } from '../../quarantine/scope.ts';
import { withDesk } from '../feedback/open-desk.ts';
import { releaseHeld } from './release.ts';

/**
 * Releases a message and writes down what that says of it. With `wrong` a person states that it is harmless: strong feedback, and a case.
 * Without a word it is weak feedback: people also release mail to look at it, so it teaches the memory of senders nothing.
 */
export async function releaseAndSay(
  quarantine: Quarantine,
  id: string,
  config: Config,
  {
    actor,
    wrong,
    recipients,
  }: { readonly actor: string; readonly wrong: boolean; readonly recipients?: readonly string[] },
): Promise<string> {
  const raw = wrong ? await heldMailOf(quarantine)(id) : null;
  const reply = await releaseHeld(quarantine, id, config, {
    scope: WHOLE,
    by: actor,
    ...(recipients === undefined ? {} : { recipients }),
  });
  await withDesk(config, async ({ desk, parts }) => {
    const said = { is: 'none', actor, at: new Date(), surface: 'release' } as const;
    if (wrong) await desk.take({ ...said, about: raw === null ? { id } : { id, raw } });
    else await giveFeedback({ ...said, id, strength: 'weak' }, parts).catch(unlessUnknown);
  });
  return reply;
}

/** The ledger may be kept for a shorter time than held mail; nobody asked for this feedback. */
function unlessUnknown(error: unknown): void {
  if (!(error instanceof UnknownDecision)) throw error;
}
