import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadConfig } from '../src/config/load.ts';
import type { Config } from '../src/config/schema.ts';
import { CATEGORIES } from '../src/detect/category.ts';
import { COLUMNS } from '../src/lab/data/columns.ts';
import { replay } from '../src/lab/replay/replay.ts';

/**
 * How fast a change of the policy is replayed (aim: a million logged decisions in under a minute on two cores, from Parquet). Writes
 * N invented decisions of 30 days (a number as argument; a million), then replays other thresholds, and other thresholds with lists and
 * a domain of its own. `--json` ends with one line of JSON: decisions, and seconds and decisions a second for the thresholds.
 */
const DAYS = 30;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

async function configFile(folder: string): Promise<string> {
  const file = join(folder, 'postern.yaml');
  await writeFile(file, 'detect: { model: null }\n');
  return file;
}

async function timed(folder: string, current: Config, policy: Partial<Config['policy']>) {
  const start = performance.now();
  const summary = await replay({
    ledger: join(folder, 'ledger'),
    data: join(folder, 'data'),
    with: { ...current, policy: { ...current.policy, ...policy } },
    current,
  });
  const seconds = (performance.now() - start) / 1000;
  const decisions = summary.replayed;
  if (decisions !== summary.decisions) throw new Error(`${decisions} of ${summary.decisions} were replayed`);
  return {
    decisions,
    seconds: Math.round(seconds * 100) / 100,
    perSecond: Math.round(decisions / seconds),
    changed: summary.changed,
  };
}

/** A number in [0, 1) for each row and purpose: the same in each run. */
const chance = (purpose: string) => `(hash(i, '${purpose}') % 1000003 / 1000003.0)`;

/** What is put in the columns that a replay or a query may read; the others are NULL. Two of three messages score low. */
const INVENTED: Readonly<Record<string, string>> = {
  id: `printf('%026d', i)`,
  at: `make_timestamp((${FIRST_DAY} + day_ms + (i // ${DAYS}) % ${DAY_MS}) * 1000)`,
  gate: `'smtp'`,
  verdict: `CASE WHEN score >= 0.7 THEN 'quarantine' WHEN score >= 0.5 THEN 'tag' ELSE 'accept' END`,
  category: `CASE WHEN score < 0.5 THEN 'none' ELSE [${CATEGORIES.map((name) => `'${name}'`).join(', ')}][1 + i % 8] END`,
  score: 'score',
  bias: '-3.0',
  model: `'postern-1@1'`,
  variant: `'default'`,
  mail_from: `'bounce@' || domain`,
  rcpt_to: `['user' || (i % 977) || '@team' || (i % 12) || '.example.org']`,
  client_ip: `'192.0.2.' || (i % 256)`,
  from_address: `'news@' || domain`,
  subject: `'Invented message ' || i`,
  message_id: `i || '@' || domain`,
  size_bytes: '4000 + i % 90000',
  fates_json: `'[{"verdict":"accept","recipients":[],"policy":"default"}]'`,
  findings_json: `'[]'`,
  not_run_json: `'[]'`,
  evidence_json: `'{"pad":"' || repeat(md5(CAST(i AS VARCHAR)), 20) || '"}'`,
  sender_json: `'{"status":"ok","facts":{"fromAddress":"news@' || domain || '","fromCount":1,"nameOfPerson":"","nameClaimsBrand":"","lookalikeOf":"","replyToLookalikeOf":"","nameClaimsUs":false}}'`,
  authentication_json: `'{"status":"ok","facts":{"authenticatedDomain":"' || domain || '"}}'`,
};

async function writeDecisions(data: string, count: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    const columns = COLUMNS.decision.map(
      ({ name, type }) => `CAST(${INVENTED[name] ?? 'NULL'} AS ${type}) AS "${name}"`,
    );
    for (let day = 0; day < DAYS; day += 1) {
      const date = new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);
      const target = join(data, 'decisions', `day=${date}`);
      await mkdir(target, { recursive: true });
      await connection.run(
        `COPY (SELECT ${columns.join(', ')} FROM (SELECT i, ${day * DAY_MS} AS day_ms,
            power(${chance('score')}, 3) AS score,
            'sender' || (hash(i, 'domain') % 4001) || '.example' AS domain
          FROM range(${day}, ${count}, ${DAYS}) t(i)))
          TO '${join(target, 'part-0.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
      );
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const decisions = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'postern-replay-'));
try {
  const { config: current } = loadConfig(await configFile(folder), {});
  await writeDecisions(join(folder, 'data'), decisions);
  const thresholds = await timed(folder, current, { default: { tag: 0.3, quarantine: 0.8, reject: null } });
  const lists = await timed(folder, current, {
    default: { tag: 0.3, quarantine: 0.8, reject: null },
    domains: { 'team3.example.org': { tag: 0.1 } },
    allow: ['sender7.example', 'sender21.example'],
    block: ['sender5.example', '192.0.2.0/26'],
  });
  if (!process.argv.includes('--json'))
    console.table({ thresholds, 'thresholds, lists and a domain': lists });
  console.log(JSON.stringify({ ...thresholds, lists }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
