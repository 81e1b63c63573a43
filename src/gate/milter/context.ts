import type { Admission, ClientLimits } from '../limits.ts';
import type { OutboundLearner } from '../outbound.ts';
import type { SessionContext } from '../session.ts';
import type { Spool } from '../spool.ts';

/** What all sessions of a milter share. */
export interface MilterContext
  extends Pick<
    SessionContext,
    | 'quarantine'
    | 'metrics'
    | 'log'
    | 'authservId'
    | 'subjectPrefix'
    | 'bareLineEnds'
    | 'dataTimeoutMs'
    | 'inspect'
    | 'addedHeaders'
    | 'onDecision'
  > {
  /** Hears of mail that one of our own users sent. */
  readonly learner?: OutboundLearner;
  readonly spool: Spool;
  readonly admission: Admission;
  readonly clientLimits: ClientLimits;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** Where held mail is kept: our quarantine, or that of the mail server. */
  readonly holder: 'postern' | 'mta';
}
