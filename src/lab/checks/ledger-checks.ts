import { HOUR_MS, ledgerFiles } from '../../ledger/files.ts';
import { readLines } from '../../ledger/lines.ts';
import { describe } from '../../ledger/reader.ts';
import type { Check } from './check.ts';

/** As many examples as a line of a terminal holds. */
const EXAMPLES = 3;

/** A message is decided within minutes of its receipt; records further out of order come of a clock that was set. */
export const JUMP_MS = 600_000;

/** A decision may wait this long for the disk before it is written. */
export const LATE_MS = HOUR_MS;

const AT = /"at":"([^"]{20,30})"/;

const badLines: Check = {
  name: 'lines',
  run: async ({ badLines: bad }) =>
    bad.length === 0
      ? []
      : [
          {
            severity: 'error',
            what: `${bad.length} lines cannot be read: ${some(bad.map(describe))}`,
            todo: 'these records are lost, the others count; look for crashes and full disks at that time',
          },
        ],
};

const ranges: Check = {
  name: 'ranges',
  run: async ({ data }) => {
    const rows = await data.query<{ problem: string; n: number; example: string }>(
      `SELECT problem, count(*) AS n, min(id) AS example FROM (
        SELECT d.id, unnest([
          CASE WHEN d.score IS NULL OR NOT (d.score BETWEEN 0 AND 1) THEN 'a score that is not from 0 to 1' END,
          CASE WHEN d.bias IS NULL OR isnan(d.bias) THEN 'no bias' END,
          CASE WHEN d.verdict IS NULL OR d.verdict NOT IN ('accept', 'tag', 'quarantine', 'reject', 'defer')
            THEN 'an unknown verdict' END,
          CASE WHEN d.size_bytes IS NULL OR d.size_bytes < 0 THEN 'no size' END,
          CASE WHEN d.seconds < 0 THEN 'a time under 0 seconds' END,
          CASE WHEN d.features_json IS NULL OR d.findings_json IS NULL OR d.evidence_json IS NULL
            THEN 'no features, findings or evidence' END
        ]) AS problem FROM decisions d) WHERE problem IS NOT NULL GROUP BY problem ORDER BY problem`,
    );
    return rows.map(({ problem, n, example }) => ({
      severity: 'error' as const,
      what: `${n} decisions have ${problem}: ${example}`,
      todo: 'another program wrote them, or another version of Postern; leave them out with --since or repair the file',
    }));
  },
};

const repeated: Check = {
  name: 'repeated',
  run: async ({ data }) =>
    Object.entries(data.repeated)
      .filter(([, n]) => n > 0)
      .map(([kind, n]) => ({
        severity: 'warning' as const,
        what: `${n} records of kind ${kind} are there more than once`,
        todo: 'each counts once; after a crash the next start of the gate removes the copy of the hour, else look who copies files',
      })),
};

const missingHours: Check = {
  name: 'missing hours',
  run: async ({ data }) => {
    const gaps = await data.query<{ since: string; hours: number }>(
      `SELECT strftime(before + INTERVAL 1 HOUR, '%Y-%m-%dT%H:00Z') AS since, date_diff('hour', before, hour) - 1 AS hours
        FROM (SELECT hour, lag(hour) OVER (ORDER BY hour) AS before
          FROM (SELECT DISTINCT date_trunc('hour', d.at) AS hour FROM decisions d))
        WHERE date_diff('hour', before, hour) > 1 ORDER BY before`,
    );
    if (gaps.length === 0) return [];
    const list = some(gaps.map(({ since, hours }) => `${since} for ${hours} h`));
    return [
      {
        severity: 'warning' as const,
        what: `${gaps.length} gaps without any decision: ${list}`,
        todo: 'no mail came, the gate stood still, or files are gone: compare with the log of the mail server',
      },
    ];
  },
};

const clock: Check = {
  name: 'clock',
  run: async ({ directory }) => {
    const ahead: string[] = [];
    const late: string[] = [];
    const jumps: string[] = [];
    for (const file of await ledgerFiles(directory)) {
      let newest = Number.NEGATIVE_INFINITY;
      for await (const line of readLines(file)) {
        const at = 'text' in line ? Date.parse(AT.exec(line.text)?.[1] ?? '') : Number.NaN;
        if (Number.isNaN(at)) continue;
        const where = `${file.name}:${line.number}`;
        if (at >= file.hour + HOUR_MS) ahead.push(where);
        else if (at < file.hour - LATE_MS) late.push(where);
        if (at < newest - JUMP_MS) jumps.push(where);
        newest = Math.max(newest, at);
      }
    }
    const todo =
      'let a time service (chrony, ntpd) slew the clock; --since and --until cut these records wrongly';
    return [
      ...told(ahead, 'are from after the hour in which they were written', todo),
      ...told(late, 'are from more than an hour before the one in which they were written', todo),
      ...told(jumps, 'are more than 10 minutes older than one before them', todo),
    ];
  },
};

const labelConflicts: Check = {
  name: 'label conflicts',
  run: async ({ data }) => {
    const rows = await data.query<{ id: string }>(
      `SELECT f.id FROM feedback f
        WHERE f.strength = 'strong' AND f.retracts IS NULL
          AND NOT EXISTS (SELECT 1 FROM feedback r WHERE r.retracts = f.feedback_id)
        GROUP BY f.id HAVING count(DISTINCT f.is_category = 'none') > 1 ORDER BY f.id`,
    );
    return told(
      rows.map(({ id }) => id),
      'are unwanted for one person and legitimate for another',
      'the later word counts; let one of them take theirs back: `postern feedback --undo`',
      'messages',
    );
  },
};

const strangers: Check = {
  name: 'feedback without a decision',
  run: async ({ data }) => {
    const rows = await data.query<{ id: string }>(
      `SELECT DISTINCT f.id FROM feedback f WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.id = f.id) ORDER BY f.id`,
    );
    return told(
      rows.map(({ id }) => id),
      'have feedback, and no decision',
      'their decisions are past the retention or lost; raise ledger.retentionDays if people need longer',
      'messages',
    );
  },
};

/** Each looks at one thing; a new one goes here. */
export const LEDGER_CHECKS: readonly Check[] = [
  badLines,
  ranges,
  repeated,
  missingHours,
  clock,
  labelConflicts,
  strangers,
];

function told(where: readonly string[], what: string, todo: string, things = 'records') {
  if (where.length === 0) return [];
  return [{ severity: 'warning' as const, what: `${where.length} ${things} ${what}: ${some(where)}`, todo }];
}

function some(all: readonly string[]): string {
  const left = all.length - EXAMPLES;
  return all.slice(0, EXAMPLES).join(', ') + (left > 0 ? ` and ${left} more` : '');
}
