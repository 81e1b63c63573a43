import type { WireFacts } from '../mail/mail.ts';
import type { Metrics } from '../observe/metrics.ts';
import { GateError } from './gate-error.ts';
import { reply } from './reply.ts';

/** Counts a message that came with bare line ends. Throws a GateError with 550 5.6.0 where such mail is refused. */
export function checkLineEnds(
  wire: WireFacts,
  { bareLineEnds, metrics }: { readonly bareLineEnds: 'normalise' | 'reject'; readonly metrics: Metrics },
): void {
  if (wire.bareCr + wire.bareLf === 0) return;
  metrics.bareLineEnds.inc();
  if (bareLineEnds === 'normalise') return;
  const answer = reply(550, '5.6.0', 'Message has bare line ends');
  throw new GateError(answer, 'bare_line_ends', `${wire.bareCr} bare CR, ${wire.bareLf} bare LF`);
}
