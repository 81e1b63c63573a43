import type { Logger } from 'pino';
import type { LoadedConfig } from '../config/load.ts';
import { watchConfig } from '../config/reload.ts';
import { fillFromLedger } from '../console/now/fill.ts';
import { LiveWindow, seenOf } from '../console/now/live.ts';
import type { ConsoleParts } from '../console/parts.ts';
import { pruneDatabase } from '../database/retention.ts';
import type { Decision } from '../decision.ts';
import { FEATURES } from '../detect/features/schema.ts';
import { faultPoint } from '../faults.ts';
import { outboundLearner, ownMailOf } from '../gate/outbound.ts';
import type { Result } from '../gate/session.ts';
import { authservIdOf, hostnameOf } from '../hostname.ts';
import { openInspector } from '../inspection/inspector.ts';
import { compactDaily } from '../lab/data/daily.ts';
import { watchHealth } from '../lab/health/watch.ts';
import { decisionRecord } from '../ledger/record.ts';
import { watchFeedback } from '../ledger/watch-feedback.ts';
import { openLedger } from '../ledger/writer.ts';
import { runChecks } from '../observe/health.ts';
import { createMetrics } from '../observe/metrics.ts';
import { recordDecision } from '../observe/record-decision.ts';
import { recordFeedback } from '../observe/record-feedback.ts';
import { startObserve } from '../observe/server.ts';
import { addedHeaders } from '../policy/headers.ts';
import type { Privileged } from '../process/privileged.ts';
import { type OpenQuarantine, openQuarantine } from '../quarantine/disk.ts';
import { keysOf, observationOf } from '../reputation/learn.ts';
import { openReputation } from '../reputation/open.ts';
import { buildLabels } from './build-labels.ts';
import { readiness } from './readiness.ts';
import { Reloads } from './reloads.ts';
import { sweepAll } from './retention.ts';
import { watchDigests } from './send-digests.ts';
import { startConsoleOf } from './start-console.ts';
import { type FeedbackWays, startFeedback } from './start-feedback.ts';
import { type Gates, startGates } from './start-gates.ts';

/** How often the quarantine is rid of what is past its retention: days are counted, so an hour is fine. */
const EXPIRY_INTERVAL_MS = 3_600_000;
const FEATURE_NAMES = FEATURES.map(({ name }) => name);

/** A running gate with all that stands around it. */
export interface Service {
  readonly addresses: Gates['addresses'];
  readonly milterAddresses: Gates['milterAddresses'];
  readonly outboundAddresses: Gates['outboundAddresses'];
  /** Where metrics and health are; null where it is turned off. */
  readonly observe: { readonly host: string; readonly port: number } | null;
  /** Pages and HTTP API; null where it is turned off. */
  readonly console: { readonly host: string; readonly port: number } | null;
  /** Where people say what a message was: by mail and over HTTP, as far as the configuration has it. */
  readonly feedback: Pick<FeedbackWays, 'mailbox' | 'http'>;
  readonly quarantine: OpenQuarantine;
  /** Finishes what is under way, within the configured grace, then closes every store. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly log: Logger;
  /** What was taken as root; null and left out had nothing to take. */
  readonly privileged?: Privileged | null;
  /** Hears of every decision once it is carried out. */
  readonly onDecision?: (decision: Decision, result: Result) => void;
}

/**
 * Starts everything that `postern serve` runs: stores, instruments, gate, metrics, and the watches on configuration and
 * feedback. Rejects, with nothing left running, where a part cannot be started.
 */
export async function startService(loaded: LoadedConfig, options: ServiceOptions): Promise<Service> {
  await using parts = new AsyncDisposableStack();
  const service = await assemble(loaded, options, parts);
  const running = parts.move();
  const close = async () => {
    await running.disposeAsync();
    faultPoint('shutdown:stores-closed');
  };
  return { ...service, close };
}

/** Each part is put on the stack when it runs: closing goes the other way round, the gate first and the stores last. */
async function assemble(
  loaded: LoadedConfig,
  { log, onDecision, privileged = null }: ServiceOptions,
  parts: AsyncDisposableStack,
): Promise<Omit<Service, 'close'>> {
  const { config } = loaded;
  let inForce = config;
  const reloads = new Reloads();
  const live = new LiveWindow();
  const metrics = createMetrics();
  const closing = <T extends { close(): void | Promise<void> }>(part: T): T =>
    parts.adopt(part, (it) => it.close());

  const reputation = parts.adopt(
    openReputation(
      config.reputation,
      metrics,
      (error) => log.error({ error }, 'reputation'),
      config.privacy,
      () => log.info('reputation is back'),
    ),
    // The rest is to be closed, too; the ledger has what the memory loses.
    (it) => it.close().catch((error: unknown) => log.error({ error }, 'reputation not written to its end')),
  );
  const quarantine = closing(await openQuarantine(config, metrics));
  if (quarantine.notCleared !== null)
    log.error(
      { event: 'quarantine_not_cleared', err: quarantine.notCleared },
      'the store of held mail does not answer; the next sweep tries again',
    );
  const ledger = closing(await openLedger(config.ledger, metrics, log));
  const inspector = closing(await openInspector(config, { memory: reputation, metrics, log }));
  metrics.buildInfo.set(buildLabels(inspector.model), 1);

  const feedback = await watchFeedback(config.ledger.directory, (record) => recordFeedback(metrics, record), {
    onError: (error) => log.error({ error }, 'feedback'),
  });
  closing(feedback);
  const hostname = hostnameOf(config.gate);
  const authservId = authservIdOf(config);
  const gates = await startGates({
    config,
    privileged,
    hostname,
    authservId,
    quarantine,
    metrics,
    log,
    learner: outboundLearner({
      own: ownMailOf(config.identity),
      reputation,
      onLesson: (id, lesson) =>
        log.debug({ id, lesson: lesson.kind === 'lesson' ? lesson.pairs : lesson.why }, 'outbound'),
      onFault: (error) => log.error({ error }, 'outbound mail was not learned from'),
    }),
    inspect: (mail) => inspector.inspect(mail),
    addedHeaders: (decision) => addedHeaders(decision, { authservId, hostname }),
    onDecision: (gate, decision, result) => {
      recordDecision(metrics, decision, { gate, ...result });
      reputation.observe(observationOf(decision));
      const { code, lines } = result.reply;
      void ledger.append(
        decisionRecord(decision, {
          gate,
          reply: { code, text: lines.join(' ') },
          seconds: result.seconds,
          nextHopSeconds: result.nextHopSeconds,
          featureNames: FEATURE_NAMES,
          reputationKeys: keysOf(decision),
        }),
      );
      live.add(seenOf(decision, result.seconds));
      onDecision?.(decision, result);
    },
  });
  parts.defer(async () => {
    faultPoint('shutdown:begun');
    await gates.close(config.gate.shutdownGraceMs);
    faultPoint('shutdown:gate-closed');
  });

  const said = closing(
    await startFeedback({
      config,
      stores: { directory: config.ledger.directory, ledger, reputation },
      quarantine,
      hostname,
      privileged,
      metrics,
      log,
    }),
  );

  const checks = readiness(
    config.gate.listen.length === 0 ? null : config.gate.nextHop,
    quarantine,
    inspector,
    reputation,
  );
  const observe =
    config.observe.listen === null
      ? null
      : closing(
          await startObserve({
            listen: config.observe.listen,
            reserved: privileged?.ports.get(config.observe.listen),
            metrics,
            health: [],
            ready: checks,
          }),
        );
  const consoleParts: ConsoleParts = {
    config: () => inForce,
    reloads,
    file: loaded.file,
    database: quarantine.database,
    quarantine,
    ledger,
    feedback: { desk: said.desk, stores: { directory: config.ledger.directory, ledger, reputation } },
    metrics,
    health: () => runChecks(checks),
    log,
    now: () => new Date(),
    live,
  };
  // Only the page hangs on it, and mail does not wait for the reading of an hour.
  void fillFromLedger(live, config.ledger.directory, new Date()).catch((error: unknown) =>
    log.error({ error }, 'the last hour was not read for the console'),
  );
  const console = await startConsoleOf(config, consoleParts, privileged);
  if (console !== null) closing(console);
  closing(watchDigests(consoleParts, metrics));
  closing(
    watchConfig(loaded, {
      onReload: async (next) => {
        await inspector.reload(next.config);
        inForce = next.config;
        live.configurationTaken(new Date());
        metrics.buildInfo.reset();
        metrics.buildInfo.set(buildLabels(inspector.model), 1);
        log.info({ file: next.file }, 'configuration reloaded');
        reloads.tell();
      },
      onRefused: (error) => {
        log.error({ error }, 'new configuration refused, the old one goes on');
        reloads.tell(error);
      },
      onUnwatched: (path, error) => log.warn({ path, error }, 'not watched: changes need SIGHUP'),
    }),
  );
  closing(watchHealth({ file: loaded.file, metrics, log }));
  closing(compactDaily(loaded.file, log));
  const expiry = setInterval(() => {
    void sweepAll(
      [
        { store: 'quarantine', run: (now) => quarantine.expire(now) },
        { store: 'database', run: (now) => pruneDatabase(quarantine.database, now, inForce) },
        { store: 'cases', run: (now) => said.prune(now) },
      ],
      new Date(),
      log,
    ).then(() => tellDamages(quarantine, log));
  }, EXPIRY_INTERVAL_MS);
  parts.defer(() => clearInterval(expiry));
  void tellDamages(quarantine, log);
  return {
    addresses: gates.addresses,
    milterAddresses: gates.milterAddresses,
    outboundAddresses: gates.outboundAddresses,
    observe,
    console: console && { host: console.host, port: console.port },
    feedback: { mailbox: said.mailbox, http: said.http },
    quarantine,
  };
}

/** Rows without mail and mail without rows; nothing waits for it. */
async function tellDamages(quarantine: OpenQuarantine, log: Logger): Promise<void> {
  try {
    const damages = await quarantine.check();
    if (damages.length > 0)
      log.error({ event: 'quarantine_damaged', damages }, 'rows and files do not belong together');
  } catch (error) {
    log.error({ event: 'quarantine_not_checked', err: error });
  }
}
