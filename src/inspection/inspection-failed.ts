import { GateError } from '../gate/gate-error.ts';
import { reply } from '../gate/reply.ts';

/** The message cannot be judged now: the sender is told to come again, and then it is judged another way. */
export function inspectionFailed(detail: string): GateError {
  return new GateError(
    reply(451, '4.7.1', 'Message cannot be judged now, try again later'),
    'inspection',
    detail,
  );
}
