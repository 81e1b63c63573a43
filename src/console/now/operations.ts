import type { Health } from '../../observe/health.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { HeldSummary } from '../../quarantine/quarantine.ts';
import type { ConsoleParts } from '../parts.ts';
import { hasRole, type Principal, scopeOf } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { type LastChange, lastChanges } from './changes.ts';
import {
  byMinute,
  type Campaign,
  campaigns,
  countsOf,
  type FailureCount,
  failureCounts,
  type Latency,
  latencies,
  type Minute,
} from './figures.ts';
import { LiveWindow } from './live.ts';

export interface NowView {
  readonly at: Date;
  /** Messages of the last hour at this gate, of recipients in scope. */
  readonly messages: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly minutes: readonly Minute[];
  /** More came than is kept: the hour begins later than an hour ago. */
  readonly isCut: boolean;
  readonly latencies: readonly Latency[];
  readonly failures: readonly FailureCount[];
  readonly campaigns: readonly Campaign[];
  readonly health: Health;
  /** Workers that ended and were replaced since the start, by reason. */
  readonly restarts: Readonly<Record<string, number>>;
  readonly quarantine: HeldSummary;
  /** Held messages that a recipient asked for. */
  readonly asked: number;
  readonly version: string;
  readonly model: string;
  /** Null: as at the start. */
  readonly configurationAt: Date | null;
}

/** What happens at this gate, as far as this person sees it. Throws Refusal for recipients. */
export async function nowView(parts: ConsoleParts, principal: Principal): Promise<NowView> {
  refuseRecipients(principal);
  const scope = scopeOf(principal);
  const now = parts.now();
  const live = parts.live ?? new LiveWindow();
  const seen = live.inScope(scope, now);
  const [health, quarantine, asked, build, restarts] = await Promise.all([
    parts.health(),
    parts.quarantine.summary(scope),
    parts.quarantine.find({ scope, states: ['held'], asked: true, limit: 1 }),
    parts.metrics.buildInfo.get(),
    parts.metrics.inspectionRestarts.get(),
  ]);
  const runs = build.values[0]?.labels;
  return {
    at: now,
    messages: seen.length,
    counts: countsOf(seen),
    minutes: byMinute(seen, now),
    isCut: live.isCut,
    latencies: latencies(seen),
    failures: failureCounts(seen),
    campaigns: campaigns(seen),
    health,
    restarts: Object.fromEntries(restarts.values.map(({ labels, value }) => [String(labels.reason), value])),
    quarantine,
    asked: asked.total,
    version: String(runs?.version ?? ''),
    model: String(runs?.model ?? ''),
    configurationAt: live.configurationAt,
  };
}

/** The last change of the configuration and of a model or rule, from the audit trail. */
export async function nowChanges(parts: ConsoleParts, principal: Principal): Promise<readonly LastChange[]> {
  refuseRecipients(principal);
  return lastChanges(parts.config().ledger.directory, parts.now());
}

function refuseRecipients(principal: Principal): void {
  if (!hasRole(principal, 'viewer'))
    throw new Refusal('forbidden', 'This page is for those who run Postern.');
}
