import type { LedgerData } from '../../lab/data/open.ts';
import type { Scope } from '../../quarantine/scope.ts';

/**
 * Narrows an opened ledger to the mail of a scope, before anything is asked of it: `decisions` has only messages with a recipient in it, only
 * those recipients, and the gravest verdict that one of them got. The views over it follow. `feedback` stays whole: it counts only where it is
 * joined to a decision.
 */
export async function narrow(data: LedgerData, { domains, address }: Scope): Promise<void> {
  if (domains === null && address === null) return;
  const { connection } = data;
  await connection.run('CREATE TABLE scope_domains (domain VARCHAR)');
  await connection.run('CREATE TABLE scope (domains VARCHAR[], address VARCHAR)');
  for (const domain of domains ?? [])
    await connection.run('INSERT INTO scope_domains VALUES ($domain)', { domain: domain.toLowerCase() });
  await connection.run(
    `INSERT INTO scope SELECT ${domains === null ? 'NULL' : 'coalesce((SELECT list(domain) FROM scope_domains), []::VARCHAR[])'}, $address`,
    { address: address?.toLowerCase() ?? null },
  );
  await connection.run('ALTER VIEW decisions RENAME TO all_decisions');
  await connection.run(`CREATE VIEW decisions AS ${SCOPED}`);
}

/** Whether the recipient r is in the scope s; what `covers` says (quarantine/scope.ts). */
const IN_SCOPE = `((s.address IS NULL OR lower(r) = s.address)
    AND (s.domains IS NULL OR list_contains(s.domains, lower(string_split(r, '@')[-1]))))`;

const FATES = `from_json(d.fates_json, '[{"verdict":"VARCHAR","recipients":["VARCHAR"]}]')`;

const GRAVITY = `['defer', 'accept', 'tag', 'quarantine', 'reject']`;

const SCOPED = `SELECT * EXCLUDE (own, gravest, whole_verdict), own AS rcpt_to,
    CASE WHEN gravest > 0 THEN ${GRAVITY}[gravest] ELSE whole_verdict END AS verdict
  FROM (SELECT d.* EXCLUDE (rcpt_to, verdict), d.verdict AS whole_verdict,
      list_filter(d.rcpt_to, lambda r: ${IN_SCOPE}) AS own,
      list_max(list_transform(
        list_filter(${FATES}, lambda f: len(list_filter(f.recipients, lambda r: ${IN_SCOPE})) > 0),
        lambda f: list_position(${GRAVITY}, f.verdict))) AS gravest
    FROM all_decisions d CROSS JOIN scope s)
  WHERE len(own) > 0`;
