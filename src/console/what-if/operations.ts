import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KeyChange } from '../../config/edit.ts';
import { parseDomain } from '../../config/entry.ts';
import type { Config } from '../../config/schema.ts';
import type { RuleTestResult } from '../../detect/rules/test-rules.ts';
import type { ReplaySummary } from '../../lab/replay/summary.ts';
import type { AuditRecord } from '../../ledger/record.ts';
import {
  type ConfigChange,
  changeConfig,
  configChanges,
  pathOf,
  undoConfig,
} from '../../service/change-config.ts';
import { addRule, removeRule } from '../../service/change-rule.ts';
import type { Reload } from '../../service/reloads.ts';
import { needRole } from '../efficacy/allowed.ts';
import type { ConsoleParts } from '../parts.ts';
import { hasRole, type Principal, scopeOf, seesAll } from '../principal.ts';
import { refusing, SaidRefusal } from './refusals.ts';
import { ReplayDesk, type Replayed, type ReplayWork } from './replay-thread.ts';
import { readTrialRule, type TrialRule } from './trial-rule.ts';

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
  /** A rule in YAML that would decide, too; null and left out try none. */
  readonly rule?: string | null | undefined;
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
  /** Of the rule under trial: its id, and how its test messages went. Null where there is none. */
  readonly rule: { readonly id: string; readonly tests: readonly RuleTestResult[] } | null;
  /** Ids of the moved messages that are held, as far as they are in scope. */
  readonly held: ReadonlySet<string>;
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

/**
 * What would have been decided. Throws Refusal. Asked with the name of a `line`, the newest question of it alone is answered, and the older
 * ones throw Superseded: of a slider that moves only the last place counts, while every page that is opened is to be seen.
 */
export async function foretell(
  parts: ConsoleParts,
  principal: Principal,
  trial: Trial,
  line: string = randomUUID(),
): Promise<Foretold> {
  needRole(principal, 'analyst');
  checkTrial(principal, trial);
  const rule = ruleOf(trial);
  const { summary, tests } = await deskOf(parts).replay(line, workOf(parts, principal, trial, rule));
  return {
    summary: hidingOthers(principal, summary),
    differences: differencesOf(parts.config(), trial),
    rule: rule === null ? null : { id: rule.values.id, tests },
    held: await heldOf(parts, principal, summary),
  };
}

function ruleOf({ rule = null }: Trial): TrialRule | null {
  return rule === null || rule.trim() === '' ? null : readTrialRule(rule);
}

function workOf(parts: ConsoleParts, principal: Principal, trial: Trial, rule: TrialRule | null): ReplayWork {
  const current = parts.config();
  const until = parts.now();
  const days = Math.min(MOST_DAYS, Math.max(1, Math.floor(trial.days)));
  return {
    ledger: current.ledger.directory,
    data: current.lab.data,
    since: new Date(until.getTime() - days * DAY_MS),
    until,
    with: withTrial(current, trial),
    current,
    list: LISTED,
    scope: scopeOf(principal),
    rule,
  };
}

async function heldOf(
  { quarantine }: Pick<ConsoleParts, 'quarantine'>,
  principal: Principal,
  { changes }: ReplaySummary,
): Promise<ReadonlySet<string>> {
  const were = changes.filter(({ before }) => before.verdict === 'quarantine');
  const found = await Promise.all(were.map(({ id }) => quarantine.get(id, scopeOf(principal))));
  return new Set(found.flatMap((held) => (held === null ? [] : [held.id])));
}

/** The part of the policy that decides can be that of a domain which is not in scope. */
function hidingOthers(principal: Principal, summary: ReplaySummary): ReplaySummary {
  if (seesAll(principal)) return summary;
  return { ...summary, changes: summary.changes.map((change) => ({ ...change, why: [] })), badLines: [] };
}

function checkTrial(principal: Principal, { domain, thresholds }: Trial): void {
  if (domain !== null && parseDomain(domain) !== domain)
    throw new SaidRefusal('bad', (words) => words.noDomain);
  if (
    domain === null
      ? !seesAll(principal)
      : !(seesAll(principal) || (principal.domains ?? []).includes(domain))
  )
    throw new SaidRefusal('missing', (words) => words.noSuchDomain);
  const given = STEPS.flatMap((step) => (thresholds[step] === null ? [] : [thresholds[step]]));
  if (given.some((value) => !(value >= 0 && value <= 1)))
    throw new SaidRefusal('bad', (words) => words.notFromZeroToOne);
  if (given.some((value, index) => value < (given[index - 1] ?? 0)))
    throw new SaidRefusal('bad', (words) => words.notRising);
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
  /** Whether the gate had taken it over when this was answered; null where no gate runs beside. */
  readonly inForce: boolean | null;
  /** Why the gate does not take it over, in its words; null where it does, or has not said anything yet. */
  readonly refused: string | null;
}

/** What a rule that is made so does from now on. */
export const RULE_STATUSES = ['shadow', 'active'] as const;
export type RuleStatus = (typeof RULE_STATUSES)[number];

/** Writes thresholds and rule, with an audit record for each key, and waits for the gate to take them over. */
export async function makeItSo(
  parts: ConsoleParts,
  principal: Principal,
  trial: Trial,
  { reason, status = 'shadow' }: { readonly reason: string; readonly status?: RuleStatus },
): Promise<Made> {
  needRole(principal, 'analyst');
  checkTrial(principal, trial);
  needConfigure(principal, trial.domain);
  const rule = ruleOf(trial);
  // Rules judge the mail of all domains.
  if (rule !== null) needConfigure(principal, null);
  if (reason.trim() === '') throw new SaidRefusal('bad', (words) => words.noReason);
  const changes: KeyChange[] = differencesOf(parts.config(), trial).map(({ path, after }) => ({
    path,
    set: after,
  }));
  if (changes.length === 0 && rule === null) throw new SaidRefusal('bad', (words) => words.nothingChanges);
  const before = parts.reloads?.last ?? null;
  const change = changeOf(parts, principal, reason);
  const records: AuditRecord[] = [];
  if (rule !== null) {
    const tried = await deskOf(parts).replay(randomUUID(), workOf(parts, principal, trial, rule));
    if (status === 'active') needTests(rule, tried);
    const values = { ...rule.values, status };
    records.push(...(await refusing(() => addRule({ values, tests: rule.tests }, change))));
  }
  try {
    records.push(...(await refusing(() => changeConfig(changes, change))));
  } catch (error) {
    const [added] = records;
    if (added !== undefined) await removeRule(added, change);
    throw error;
  }
  deskOf(parts).forget();
  const isTaken = () => isDeepStrictEqual(thresholdsNow(parts.config(), trial.domain), trial.thresholds);
  return { records, ...(await takenOver(parts, before, isTaken)) };
}

function changeOf(parts: ConsoleParts, { name: actor }: Principal, reason: string): ConfigChange {
  return { file: parts.file, ledger: parts.ledger, actor, reason: reason.trim(), at: parts.now() };
}

/** What decides has been seen to match, and not to match. */
function needTests({ tests }: TrialRule, { tests: ran }: Replayed): void {
  const failed = ran.find(({ passed }) => !passed);
  if (failed !== undefined)
    throw new SaidRefusal('bad', (words) => words.testFailed(failed.test, failed.detail));
  const names = [...tests.keys()];
  if (!['match-', 'no-match-'].every((kind) => names.some((name) => name.startsWith(kind))))
    throw new SaidRefusal('bad', (words) => words.needsTests);
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
  if (record === undefined) throw new SaidRefusal('missing', (words) => words.noSuchChange);
  needConfigure(principal, domainOf(record));
  const before = parts.reloads?.last ?? null;
  const { directory } = parts.config().ledger;
  const undone = await refusing(() => undoConfig(id, directory, changeOf(parts, principal, reason)));
  deskOf(parts).forget();
  return { records: [undone], ...(await takenOver(parts, before, () => true)) };
}

/** Changes of the configuration that somebody sees, newest first: those of their domains, or all. */
export async function changesFor(parts: ConsoleParts, principal: Principal): Promise<readonly AuditRecord[]> {
  needRole(principal, 'analyst');
  const records = await configChanges(parts.config().ledger.directory);
  if (seesAll(principal)) return records;
  return records.filter((record) => (principal.domains ?? []).includes(domainOf(record) ?? ''));
}

/** The domain whose thresholds a record is about; null is all. */
export function domainOf({ subject }: Pick<AuditRecord, 'subject'>): string | null {
  const path = pathOf(subject) ?? [];
  return path[0] === 'policy' && path[1] === 'domains' ? String(path[2]) : null;
}

function needConfigure(principal: Principal, domain: string | null): void {
  if (!mayConfigure(principal, domain)) throw new SaidRefusal('forbidden', (words) => words.mayNot);
}

/** The gate settles for a quarter of a second and starts its inspection anew, with the models: ten seconds where all cores are busy. */
const TAKE_OVER_MS = 25_000;

async function takenOver(
  { reloads }: Pick<ConsoleParts, 'reloads'>,
  before: Reload | null,
  isTaken: () => boolean,
): Promise<Pick<Made, 'inForce' | 'refused'>> {
  if (reloads === undefined) return { inForce: null, refused: null };
  const until = performance.now() + TAKE_OVER_MS;
  // What is written file by file can be loaded in between.
  for (let seen = before; ; ) {
    const reload = await reloads.after(seen, Math.max(0, until - performance.now()));
    if (reload === null) return { inForce: false, refused: null };
    if (reload.refused !== null) return { inForce: false, refused: reload.refused };
    if (isTaken()) return { inForce: true, refused: null };
    seen = reload;
  }
}
