import type { Config } from '../config/schema.ts';
import { Desk, type Settled, TooManyReports } from '../feedback/desk.ts';
import { heldMailOf } from '../feedback/held-mail.ts';
import { startFeedbackHttp } from '../feedback/http.ts';
import { attachedMessages } from '../feedback/reported.ts';
import { Tokens } from '../feedback/tokens.ts';
import { type ReportAnswer, type ReportMail, startReportMailbox } from '../gate/report-mailbox.ts';
import { CaseStore } from '../lab/cases/store.ts';
import { type FeedbackStores, retractFeedback } from '../ledger/feedback.ts';
import { Mistake } from '../mistake.ts';
import type { Logger } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Privileged } from '../process/privileged.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';

export interface FeedbackOptions {
  readonly config: Pick<Config, 'feedback' | 'identity'>;
  readonly stores: FeedbackStores;
  readonly quarantine: Quarantine;
  readonly hostname: string;
  readonly privileged: Privileged | null;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The ways in for what people say, as far as the configuration has them. */
export interface FeedbackWays {
  /** Takes reports of whatever way; the console's, too. */
  readonly desk: Desk;
  readonly mailbox: readonly { readonly host: string; readonly port: number }[];
  readonly http: { readonly host: string; readonly port: number } | null;
  /** Removes cases past their retention. Never throws. */
  prune(now: Date): Promise<void>;
  close(): Promise<void>;
}

/** Starts them. Rejects, with none left running, where one cannot be started. */
export async function startFeedback(options: FeedbackOptions): Promise<FeedbackWays> {
  const { config, log, metrics, privileged, stores } = options;
  const { http, mailbox, retentionDays } = config.feedback;
  await using parts = new AsyncDisposableStack();
  const cases = await CaseStore.open(config.feedback.cases);
  const prune = (now: Date) =>
    cases.prune(now, retentionDays).then(
      (removed) => void (removed > 0 && log.info({ removed }, 'cases past their retention')),
      (error: unknown) => log.error({ error }, 'cases not pruned'),
    );
  await prune(new Date());
  const onFault = (error: Error) => log.error({ error }, 'report not looked at');
  const heldMail = heldMailOf(options.quarantine);
  const desk = new Desk({ ...stores, cases, heldMail, onFault, onSettled: (one) => count(metrics, one) });
  parts.defer(() => desk.close());
  const ports = privileged?.ports;
  const onError = (error: unknown) => log.error({ error }, 'feedback');
  const listening =
    mailbox.listen.length === 0
      ? null
      : await startReportMailbox({
          config: mailbox,
          ownDomains: config.identity.ownDomains,
          hostname: options.hostname,
          reserved: ports,
          onReport: (mail) => takeMail(mail, desk, metrics, onError),
          onError,
        });
  if (listening !== null) parts.defer(() => listening.close());
  const serving =
    http.listen === null
      ? null
      : await startFeedbackHttp({
          listen: http.listen,
          reserved: ports?.get(http.listen),
          tokens: Tokens.read(tokensFile(http.tokens)),
          take: (report) => desk.take(report),
          undo: (feedbackId, actor) => {
            const by = { actor, at: new Date(), surface: 'http' } as const;
            return desk.exclusively(async () => (await retractFeedback(feedbackId, by, stores)).record);
          },
          onError,
        });
  if (serving !== null) parts.defer(() => serving.close());
  if (listening !== null || serving !== null) void desk.settleLeft().catch(onError);
  const running = parts.move();
  return {
    desk,
    mailbox: listening?.addresses ?? [],
    http: serving === null ? null : { host: serving.host, port: serving.port },
    prune,
    close: () => running.disposeAsync(),
  };
}

function tokensFile(path: string | null): string {
  if (path === null)
    throw new Mistake('feedback.http.tokens is not set: nobody could use feedback.http.listen');
  return path;
}

function count(metrics: Metrics, { case: one, feedback, repeated }: Settled): void {
  const outcome = repeated ? 'repeated' : feedback === null ? 'unknown' : 'found';
  metrics.reports.inc({ surface: one.surface, outcome });
}

/** The reports are on disk when it resolves; they are looked at afterwards, while nobody waits. */
async function takeMail(
  { bytes, is, reporter }: ReportMail,
  desk: Desk,
  metrics: Metrics,
  onError: (error: unknown) => void,
): Promise<ReportAnswer> {
  const messages = await attachedMessages(bytes);
  if (messages.length === 0) {
    metrics.reports.inc({ surface: 'mailbox', outcome: 'unusable' });
    return { kind: 'unusable' };
  }
  const at = new Date();
  try {
    for (const raw of messages) {
      const one = await desk.receive({
        surface: 'mailbox',
        actor: reporter,
        reporter,
        is,
        at,
        about: { raw },
      });
      void desk.settle(one).catch((error: unknown) => {
        metrics.reports.inc({ surface: 'mailbox', outcome: 'failed' });
        onError(error);
      });
    }
  } catch (error) {
    // The mail server sends it again, and what was received of it is then a repetition.
    if (error instanceof TooManyReports) return { kind: 'later' };
    throw error;
  }
  return { kind: 'taken', messages: messages.length };
}
