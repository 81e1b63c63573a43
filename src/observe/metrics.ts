import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CATEGORIES } from '../detect/category.ts';

/** From half a millisecond to half a minute: a decision takes milliseconds, a next hop may take seconds. */
const SECONDS_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From the cache in microseconds; a store that is asked for more than a second is not well. */
const LOOKUP_BUCKETS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
];
const SCORE_BUCKETS = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** Everything that Postern counts. One set per process; tests make their own. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  let countHeld: (() => Promise<number>) | null = null;
  let countWaiting: (() => number) | null = null;
  let countWorkers: (() => { readonly ready: number; readonly busy: number }) | null = null;
  const metrics = {
    registry,
    /** Where the number of held messages is read at every scrape: other processes release and delete, too. Null stops it. */
    readHeldFrom(count: (() => Promise<number>) | null): void {
      countHeld = count;
    },
    /** Where the number of entries that wait for the memory's store is read at every scrape. Null stops it. */
    readReputationWaitingFrom(count: (() => number) | null): void {
      countWaiting = count;
    },
    /** Where the numbers of workers are read at every scrape. Null stops it. */
    readInspectionWorkersFrom(count: typeof countWorkers): void {
      countWorkers = count;
    },
    messages: new Counter({
      name: 'postern_messages_total',
      help: 'Messages decided, by gate, verdict and category.',
      labelNames: ['gate', 'verdict', 'category'] as const,
      registers,
    }),
    stageSeconds: new Histogram({
      name: 'postern_stage_seconds',
      help: 'Time in one stage of inspection.',
      labelNames: ['stage'] as const,
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    messageSeconds: new Histogram({
      name: 'postern_message_seconds',
      help: 'Time from the end of the data to our reply, the next hop included.',
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    nextHopSeconds: new Histogram({
      name: 'postern_next_hop_seconds',
      help: 'Time from the first byte of the data sent to the next hop to its reply.',
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    score: new Histogram({
      name: 'postern_score',
      help: 'Scores given, by model and by what it was for the message: active, canary (it decided about its share), shadow.',
      labelNames: ['model', 'variant'] as const,
      buckets: SCORE_BUCKETS,
      registers,
    }),
    variantMessages: new Counter({
      name: 'postern_variant_messages_total',
      help: 'Messages decided, by variant: default, or the canaries that decided.',
      labelNames: ['variant', 'verdict'] as const,
      registers,
    }),
    challengerFailures: new Counter({
      name: 'postern_challenger_failures_total',
      help: 'Messages on which a model that did not decide gave no opinion; no verdict was moved by it.',
      labelNames: ['model', 'reason'] as const,
      registers,
    }),
    detectorFindings: new Counter({
      name: 'postern_detector_findings_total',
      help: 'Findings by detector.',
      labelNames: ['detector'] as const,
      registers,
    }),
    feedback: new Counter({
      name: 'postern_feedback_total',
      help: 'What people said of decisions: category that we gave, category that it is.',
      labelNames: ['category', 'was', 'is'] as const,
      registers,
    }),
    feedbackRetracted: new Counter({
      name: 'postern_feedback_retracted_total',
      help: 'Feedback that was taken back: what holds is postern_feedback_total less this.',
      labelNames: ['category', 'was', 'is'] as const,
      registers,
    }),
    reports: new Counter({
      name: 'postern_reports_total',
      help: 'Reports of people by surface and outcome: found, unknown (not in the ledger), repeated, unusable (no message attached), failed.',
      labelNames: ['surface', 'outcome'] as const,
      registers,
    }),
    digests: new Counter({
      name: 'postern_digests_total',
      help: 'Daily letters to recipients: sent, failed (tried again), refused (5xx), unknown (the connection broke before the reply).',
      labelNames: ['outcome'] as const,
      registers,
    }),
    evidenceFailures: new Counter({
      name: 'postern_evidence_failures_total',
      help: 'Evidence that could not be had, and what was done instead.',
      labelNames: ['source', 'reason', 'outcome'] as const,
      registers,
    }),
    reputationCache: new Counter({
      name: 'postern_reputation_cache_total',
      help: 'Keys sought in the reputation cache: hit, negative (known to be unknown), miss.',
      labelNames: ['result'] as const,
      registers,
    }),
    reputationLookupSeconds: new Histogram({
      name: 'postern_reputation_lookup_seconds',
      help: 'Time of one lookup of all keys of a message in the memory, by store.',
      labelNames: ['store'] as const,
      buckets: LOOKUP_BUCKETS,
      registers,
    }),
    reputationWaiting: new Gauge({
      name: 'postern_reputation_waiting',
      help: 'Keys whose observations are not in the store yet.',
      registers,
      collect() {
        if (countWaiting !== null) this.set(countWaiting());
      },
    }),
    reputationDropped: new Counter({
      name: 'postern_reputation_dropped_total',
      help: 'Observations that were not learned, as too many wait for the store.',
      registers,
    }),
    quarantineMessages: new Gauge({
      name: 'postern_quarantine_messages',
      help: 'Messages held now.',
      registers,
      async collect() {
        if (countHeld !== null) this.set(await countHeld());
      },
    }),
    inspectionWorkers: new Gauge({
      name: 'postern_inspection_workers',
      help: 'Workers that can take mail (ready), and those of them that have some (busy).',
      labelNames: ['state'] as const,
      registers,
      collect() {
        if (countWorkers === null) return;
        const { ready, busy } = countWorkers();
        this.set({ state: 'ready' }, ready);
        this.set({ state: 'busy' }, busy);
      },
    }),
    inspectionRestarts: new Counter({
      name: 'postern_inspection_restarts_total',
      help: 'Workers of inspection that ended and were replaced, by reason: crash, hang, heap, timeout.',
      labelNames: ['reason'] as const,
      registers,
    }),
    inspectionSuspects: new Counter({
      name: 'postern_inspection_suspects_total',
      help: 'Messages that were tried alone: cleared, blamed (451), left_out (judged without the steps that failed), unjudged, deferred.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    connections: new Gauge({
      name: 'postern_connections',
      help: 'Open SMTP connections.',
      labelNames: ['gate'] as const,
      registers,
    }),
    refusals: new Counter({
      name: 'postern_refusals_total',
      help: 'Replies of 4xx and 5xx that Postern itself gave, by reason.',
      labelNames: ['gate', 'reason'] as const,
      registers,
    }),
    bareLineEnds: new Counter({
      name: 'postern_bare_line_ends_total',
      help: 'Messages that came with bare CR or LF.',
      registers,
    }),
    ledgerFailures: new Counter({
      name: 'postern_ledger_failures_total',
      help: 'Decisions that could not be written to the ledger.',
      registers,
    }),
    detectorAlarms: new Gauge({
      name: 'postern_detector_alarms',
      help: '1 for each detector whose rate changed suddenly, as of the last look.',
      labelNames: ['detector'] as const,
      registers,
    }),
    featureDrift: new Gauge({
      name: 'postern_feature_drift',
      help: 'Greatest population stability index of the features of a group, against the first days of the ledger.',
      labelNames: ['group'] as const,
      registers,
    }),
    rulesUnderFloor: new Counter({
      name: 'postern_rules_under_floor_total',
      help: 'Rules that went to shadow by themselves, as their precision by feedback fell under the floor.',
      labelNames: ['rule'] as const,
      registers,
    }),
    buildInfo: new Gauge({
      name: 'postern_build_info',
      help: 'Always 1; the labels say what runs.',
      labelNames: ['version', 'node', 'model', 'features'] as const,
      registers,
    }),
  };
  startAtZero(metrics.feedback);
  startAtZero(metrics.feedbackRetracted);
  // A rate of what never happened is 0, not nothing: dashboards and alerts need the series from the start.
  for (const reason of ['crash', 'hang', 'heap', 'timeout']) metrics.inspectionRestarts.inc({ reason }, 0);
  for (const outcome of ['sent', 'failed', 'refused', 'unknown']) metrics.digests.inc({ outcome }, 0);
  for (const outcome of ['cleared', 'blamed', 'left_out', 'unjudged', 'deferred'])
    metrics.inspectionSuspects.inc({ outcome }, 0);
  return metrics;
}

/** To Prometheus a series that begins at 1 has not increased: feedback is so rare that the first of a kind would never show. */
function startAtZero(feedback: Counter<'category' | 'was' | 'is'>): void {
  const categories = [...CATEGORIES, 'none'];
  for (const category of categories)
    for (const was of ['unwanted', 'none'])
      for (const is of categories) feedback.inc({ category, was, is }, 0);
}

export type Metrics = ReturnType<typeof createMetrics>;
