import { LISTED, VOUCHED } from './listed.ts';
import type { Decider } from './redecide.ts';

/**
 * One statement that puts decisions together which no policy of these can treat differently. Of the score only this counts: which of
 * all the thresholds it reaches. What lists ask is a key only where there are lists, and only for senders that they name (`findListed`).
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
  const steps = reached(thresholdsOf(deciders));
  const isAllowable = `((d.forced IS NOT NULL OR ${steps} > 0) AND ${VOUCHED} IN (SELECT value FROM ${LISTED.vouched}))`;
  return {
    step: steps,
    verdict: 'd.verdict',
    category: 'd.category',
    forced: 'd.forced',
    forced_by: 'd.forced_by',
    not_run: 'd.not_run_json',
    label: 'l.is_category',
    domains: hasDomains ? RECIPIENT_DOMAINS : 'CAST(NULL AS VARCHAR[])',
    from_address:
      !hasAllow && !hasBlock
        ? none
        : `CASE WHEN ${isAllowable} THEN d.from_address ELSE ${named('from_address', LISTED.authors)} END`,
    mail_from: hasBlock ? named('mail_from', LISTED.senders) : none,
    client_ip: hasBlock
      ? `CASE WHEN d.client_ip IN (SELECT value FROM ${LISTED.clients}) THEN d.client_ip END`
      : none,
    sender: !hasAllow && !hasBlock ? none : `CASE WHEN ${isAllowable} THEN d.sender_json ELSE ${AUTHORS} END`,
    authentication: hasAllow ? `CASE WHEN ${isAllowable} THEN d.authentication_json END` : none,
    findings: hasAllow ? `CASE WHEN d.forced IS NOT NULL AND ${isAllowable} THEN d.findings_json END` : none,
  };
}

/** An address that a list names, '' where there is none, and `-`, which no list can name, for all others. */
function named(column: string, listed: string): string {
  return `CASE WHEN d.${column} = '' OR d.${column} IN (SELECT value FROM ${listed}) THEN d.${column} WHEN d.${column} IS NOT NULL THEN '-' END`;
}

/** Of the sender no more than how many authors there are. */
const AUTHORS = `CASE WHEN json_extract_string(d.sender_json, '$.status') = 'ok'
  THEN '{"status":"ok","facts":{"fromCount":' || json_extract_string(d.sender_json, '$.facts.fromCount') || '}}' END`;

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
