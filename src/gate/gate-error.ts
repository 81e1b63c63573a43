import { StorageError } from '../storage-error.ts';
import { type Reply, reply } from './reply.ts';

/** Why Postern itself refused: the label of `postern_refusals_total`. */
export type RefusalReason =
  | 'connections'
  | 'relay'
  | 'rate'
  | 'overload'
  | 'size'
  | 'loop'
  | 'bare_line_ends'
  | 'parameters'
  | 'timeout'
  | 'next_hop'
  | 'shutdown'
  | 'inspection'
  | 'storage'
  | 'internal';

/** What the peer hears (generic, with enhanced status code) and what the operator reads (precise). */
export class GateError extends Error {
  readonly reply: Reply;
  readonly reason: RefusalReason;

  constructor(answer: Reply, reason: RefusalReason, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'GateError';
    this.reply = answer;
    this.reason = reason;
  }
}

/** The next hop could not be had or broke off: RFC 3463 X.4.1 (no answer) and X.4.2 (bad connection). */
export function nextHopError(enhanced: '4.4.1' | '4.4.2', detail: string, cause?: unknown): GateError {
  const words =
    enhanced === '4.4.1' ? 'Next hop not reachable, try again later' : 'Next hop broke off, try again later';
  return new GateError(reply(451, enhanced, words), 'next_hop', detail, { cause });
}

/** Any failure as one of ours: what is unknown is a local error, and the message stays with the sender. */
export function asGateError(error: unknown): GateError {
  if (error instanceof GateError) return error;
  if (error instanceof StorageError) return storageRefusal(error);
  const detail = error instanceof Error ? error.message : String(error);
  return new GateError(reply(451, '4.3.0', 'Local error, try again later'), 'internal', detail, {
    cause: error,
  });
}

/** RFC 3463: X.3.1 is a mail system that is full, X.3.0 one that fails in another way. */
function storageRefusal(error: StorageError): GateError {
  const answer =
    error.problem === 'full'
      ? reply(452, '4.3.1', 'Insufficient system storage, try again later')
      : reply(451, '4.3.0', 'Local error, try again later');
  return new GateError(answer, 'storage', error.message, { cause: error });
}
