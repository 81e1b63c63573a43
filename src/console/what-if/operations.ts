import { setTimeout as sleep } from 'node:timers/promises';
import { EditRefused, type KeyChange } from '../../config/edit.ts';
import { parseDomain } from '../../config/entry.ts';
import { ConfigError } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { ReplaySummary } from '../../lab/replay/summary.ts';
import type { AuditRecord } from '../../ledger/record.ts';
import { changeConfig, configChanges, pathOf, undoConfig } from '../../service/change-config.ts';
import { needRole } from '../efficacy/allowed.ts';
import type { ConsoleParts } from '../parts.ts';
import { hasRole, type Principal, scopeOf, seesAll } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { ReplayDesk } from './replay-thread.ts';

export const STEPS = ['tag', 'quarantine', 'reject'] as const;
export type Step = (typeof STEPS)[number];
export type Thresholds = Readonly<Record<Step, number | null>>;

/** A replay looks back so far at most: a month of a busy gate takes seconds. */
export const MOST_DAYS = 30;

/** Moved messages that a page lists. */
const LISTED = 100;

const DAY_MS = 86_400_000;

/** What is tried: thresholds of all domains (null) or of one. */
export interface Trial {
  readonly days: number;
  readonly domain: string | null;
  readonly thresholds: Thresholds;
}

/** One key that would change. */
export interface KeyDifference {
  readonly step: Step;
  readonly path: readonly string[];
  readonly before: number | null;
  readonly after: number | null;
}

export interface Foretold {
  readonly summary: ReplaySummary;
  readonly differences: readonly KeyDifference[];
}

/** The thresholds in force, of all or of a domain as it inherits them. */
export function thresholdsNow(config: Config, domain: string | null): Thresholds {
  const own: { readonly [step in Step]?: number | null | undefined } =
    domain === null ? {} : (config.policy.domains[domain] ?? {});
  const whole = config.policy.default;
  const at = (step: Step) => (own[step] === undefined ? whole[step] : own[step]);
  return { tag: at('tag'), quarantine: at('quarantine'), reject: at('reject') };
}

/** The domains that somebody may try thresholds for; null among them is all. */
export function domainsFor(config: Config, principal: Principal): readonly (string | null)[] {
  if (!seesAll(principal)) return principal.domains ?? [];
  const { ownDomains } = config.identity;
  return [null, ...new Set([...ownDomains, ...Object.keys(config.policy.domains)])];
}

/** Whether somebody may make thresholds so: administrators, of all domains or of this one. */
export function mayConfigure(principal: Principal, domain: string | null): boolean {
  if (!hasRole(principal, 'admin')) return false;
  return seesAll(principal) || (domain !== null && (principal.domains ?? []).includes(domain));
}

const desks = new WeakMap<ConsoleParts, ReplayDesk>();

function deskOf(parts: ConsoleParts): ReplayDesk {
  const desk = desks.get(parts) ?? new ReplayDesk();
  desks.set(parts, desk);
  return desk;
}

/** What would have been decided. Throws Refusal, and Superseded where the same person asked anew. */
export async function foretell(parts: ConsoleParts, principal: Principal, trial: Trial): Promise<Foretold> {
  needRole(principal, 'analyst');
  checkTrial(principal, trial);
  const current = parts.config();
  const until = parts.now();
  const days = Math.min(MOST_DAYS, Math.max(1, Math.floor(trial.days)));
  const summary = await deskOf(parts).replay(principal.name, {
    ledger: current.ledger.directory,
    data: current.lab.data,
    since: new Date(until.getTime() - days * DAY_MS),
    until,
    with: withTrial(current, trial),
    current,
    list: LISTED,
    scope: scopeOf(principal),
  });
  return { summary: hidingOthers(principal, summary), differences: differencesOf(current, trial) };
}

/** The part of the policy that decides can be that of a domain which is not in scope. */
function hidingOthers(principal: Principal, summary: ReplaySummary): ReplaySummary {
  if (seesAll(principal)) return summary;
  return { ...summary, changes: summary.changes.map((change) => ({ ...change, why: [] })), badLines: [] };
}

function checkTrial(principal: Principal, { domain, thresholds }: Trial): void {
  if (domain !== null && parseDomain(domain) !== domain) throw new Refusal('bad', 'This is no domain.');
  if (
    domain === null
      ? !seesAll(principal)
      : !(seesAll(principal) || (principal.domains ?? []).includes(domain))
  )
    throw new Refusal('missing', 'There is no such domain, or it is not one of those that you see.');
  const given = STEPS.flatMap((step) => (thresholds[step] === null ? [] : [thresholds[step]]));
  if (given.some((value) => !(value >= 0 && value <= 1)))
    throw new Refusal('bad', 'A threshold is a number from 0 to 1.');
  if (given.some((value, index) => value < (given[index - 1] ?? 0)))
    throw new Refusal('bad', 'Thresholds rise: tag ≤ quarantine ≤ reject.');
}

function withTrial(config: Config, { domain, thresholds }: Trial): Config {
  const { policy } = config;
  if (domain === null) return { ...config, policy: { ...policy, default: thresholds } };
  return { ...config, policy: { ...policy, domains: { ...policy.domains, [domain]: thresholds } } };
}

function differencesOf(config: Config, { domain, thresholds }: Trial): KeyDifference[] {
  const now = thresholdsNow(config, domain);
  const parent = domain === null ? ['policy', 'default'] : ['policy', 'domains', domain];
  return STEPS.filter((step) => now[step] !== thresholds[step]).map((step) => ({
    step,
    path: [...parent, step],
    before: now[step],
    after: thresholds[step],
  }));
}

export interface Made {
  readonly records: readonly AuditRecord[];
  /** Whether the gate had taken it over when this was answered. */
  readonly inForce: boolean;
}

/** Writes the thresholds into the configuration, with an audit record for each key, and waits for the gate to take them over. */
export async function makeItSo(
  parts: ConsoleParts,
  principal: Principal,
  trial: Trial,
  reason: string,
): Promise<Made> {
  needRole(principal, 'analyst');
  checkTrial(principal, trial);
  needConfigure(principal, trial.domain);
  if (reason.trim() === '') throw new Refusal('bad', 'A reason is needed: who looks back wants to know why.');
  const before = parts.config();
  const changes: KeyChange[] = differencesOf(before, trial).map(({ path, after }) => ({ path, set: after }));
  if (changes.length === 0) throw new Refusal('bad', 'Nothing would change.');
  const records = await refusing(() =>
    changeConfig(changes, { ...parts, actor: principal.name, reason: reason.trim(), at: parts.now() }),
  );
  return { records, inForce: await takenOver(parts, before, records) };
}

/** Brings back what a change replaced. */
export async function undo(
  parts: ConsoleParts,
  principal: Principal,
  id: string,
  reason: string,
): Promise<Made> {
  needRole(principal, 'analyst');
  const record = (await changesFor(parts, principal)).find((one) => one.id === id);
  if (record === undefined) throw new Refusal('missing', 'There is no such change.');
  needConfigure(principal, domainOf(record));
  const before = parts.config();
  const change = { ...parts, actor: principal.name, reason: reason.trim(), at: parts.now() };
  const undone = await refusing(() => undoConfig(id, before.ledger.directory, change));
  return { records: [undone], inForce: await takenOver(parts, before, [undone]) };
}

/** Changes of the configuration that somebody sees, newest first: those of their domains, or all. */
export async function changesFor(parts: ConsoleParts, principal: Principal): Promise<readonly AuditRecord[]> {
  needRole(principal, 'analyst');
  const records = await configChanges(parts.config().ledger.directory);
  if (seesAll(principal)) return records;
  return records.filter((record) => (principal.domains ?? []).includes(domainOf(record) ?? ''));
}

/** The domain whose thresholds a record is about; null is all. */
function domainOf({ subject }: AuditRecord): string | null {
  const path = pathOf(subject) ?? [];
  return path[0] === 'policy' && path[1] === 'domains' ? String(path[2]) : null;
}

function needConfigure(principal: Principal, domain: string | null): void {
  if (mayConfigure(principal, domain)) return;
  throw new Refusal(
    'forbidden',
    'You may propose this, not make it so: that is for administrators, of this domain or of all.',
  );
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EditRefused) throw new Refusal('conflict', error.message);
    if (error instanceof ConfigError) throw new Refusal('bad', error.message);
    throw error;
  }
}

/** The gate settles for a quarter of a second, and loads its models. */
const TAKE_OVER_MS = 8_000;
const LOOK_EVERY_MS = 50;

async function takenOver(
  parts: Pick<ConsoleParts, 'config'>,
  before: Config,
  records: readonly AuditRecord[],
): Promise<boolean> {
  if (records.length === 0) return true;
  for (let waited = 0; waited < TAKE_OVER_MS; waited += LOOK_EVERY_MS) {
    if (parts.config() !== before) return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}
