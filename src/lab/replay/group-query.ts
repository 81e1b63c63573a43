import type { Decider } from './redecide.ts';

/**
 * One statement that puts decisions together which no policy of these can treat differently. Of the score only this counts: which of
 * all the thresholds it reaches. What lists ask is a key only where there are lists, and only for messages that they could move.
 */
export function groupQuery(deciders: readonly Decider[]): string {
  const keys = keysOf(deciders);
  const names = Object.keys(keys);
  return `SELECT hash(${names.join(', ')}) AS mark, count(*) AS count, min(score) AS score, ${names.join(', ')}
    FROM (${keyed(keys)}) GROUP BY ALL`;
}

/** The single decisions of the groups in `replay_marks`: those that people spoke of (`list` null), or the oldest of all. */
export function membersQuery(deciders: readonly Decider[], list: number | null): string {
  const keys = keysOf(deciders);
  const names = Object.keys(keys);
  return `SELECT id, "at", author, subject, fates_json, score, ${names.join(', ')}
    FROM (${keyed(keys)}) WHERE hash(${names.join(', ')}) IN (SELECT mark FROM replay_marks)
    ${list === null ? 'AND label IS NOT NULL' : `ORDER BY "at", id LIMIT ${list}`}`;
}

type Keys = Readonly<Record<string, string>>;

function keyed(keys: Keys): string {
  const columns = Object.entries(keys).map(([name, from]) => `${from} AS ${name}`);
  return `SELECT d.id, d."at", d.from_address AS author, d.subject, d.fates_json, d.score, ${columns.join(', ')}
    FROM decisions d LEFT JOIN labels l ON l.id = d.id`;
}

function keysOf(deciders: readonly Decider[]): Keys {
  const policies = deciders.map(({ policy }) => policy);
  const hasDomains = policies.some(({ domains }) => domains.size > 0);
  const hasAllow = policies.some(({ allow }) => allow.length > 0);
  const hasBlock = policies.some(({ block }) => block.length > 0);
  const none = 'CAST(NULL AS VARCHAR)';
  const steps = thresholdsOf(deciders);
  const moved = `(d.forced IS NOT NULL OR ${reached(steps)} > 0)`;
  const sender = `coalesce(d.sender_json, json_extract(d.evidence_json, '$.sender'))`;
  const vouched = `coalesce(d.authentication_json, json_extract(d.evidence_json, '$.authentication'))`;
  return {
    step: reached(steps),
    verdict: 'd.verdict',
    category: 'd.category',
    forced: 'd.forced',
    forced_by: 'd.forced_by',
    not_run: 'd.not_run_json',
    label: 'l.is_category',
    domains: hasDomains ? RECIPIENT_DOMAINS : 'CAST(NULL AS VARCHAR[])',
    from_address: hasAllow || hasBlock ? 'd.from_address' : none,
    mail_from: hasBlock ? 'd.mail_from' : none,
    client_ip: hasBlock ? 'd.client_ip' : none,
    sender: hasBlock ? sender : hasAllow ? `CASE WHEN ${moved} THEN ${sender} END` : none,
    authentication: hasAllow ? `CASE WHEN ${moved} THEN ${vouched} END` : none,
    findings: hasAllow ? 'CASE WHEN d.forced IS NOT NULL THEN d.findings_json END' : none,
  };
}

/** Of the recipients a policy reads the domains, and what is the same for several is asked once. */
const RECIPIENT_DOMAINS = `list_sort(list_distinct(list_transform(d.rcpt_to, lambda r: split_part(r, '@', -1))))`;

/** All scores from which on anything is done, by any of the policies. */
function thresholdsOf(deciders: readonly Decider[]): readonly number[] {
  const all = deciders.flatMap(({ policy }) => [policy.default, ...policy.domains.values()]);
  const values = all.flatMap(({ tag, quarantine, reject }) => [tag, quarantine, reject]);
  return [...new Set(values.filter((value) => value !== null))].sort((a, b) => a - b);
}

/** How many of the thresholds the score reaches. As text they become the very doubles that the policy compares with. */
function reached(steps: readonly number[]): string {
  if (steps.length === 0) return '0';
  return `(${steps.map((step) => `CAST(d.score >= CAST('${step}' AS DOUBLE) AS INTEGER)`).join(' + ')})`;
}
