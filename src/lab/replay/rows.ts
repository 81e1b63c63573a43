import type { VerdictCategory } from '../../detect/category.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import type { LedgerData } from '../data/open.ts';

/** What rules and policies read of a decision, as columns of the view `decisions`. */
const COLUMNS = `id, "at", verdict, category, score, bias, model, forced, forced_by, rule_set, mail_from, rcpt_to, client_ip,
  client_name, helo, from_address, subject, message_id, size_bytes, fates_json, evidence_json, findings_json, not_run_json, opinion_json`;

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly verdict: DecisionRecord['verdict'];
  readonly category: VerdictCategory;
  readonly score: number;
  readonly bias: number;
  readonly model: string | null;
  readonly forced: DecisionRecord['forced'];
  readonly forced_by: string | null;
  readonly rule_set: string | null;
  readonly mail_from: string | null;
  readonly rcpt_to: readonly string[];
  readonly client_ip: string | null;
  readonly client_name: string | null;
  readonly helo: string | null;
  readonly from_address: string;
  readonly subject: string;
  readonly message_id: string;
  readonly size_bytes: number;
  readonly fates_json: string;
  readonly evidence_json: string;
  readonly findings_json: string;
  readonly not_run_json: string;
  readonly opinion_json: string | null;
}

/** A decision as far as a replay reads it. */
export type Replayable = Pick<
  DecisionRecord,
  | 'id'
  | 'at'
  | 'verdict'
  | 'category'
  | 'score'
  | 'bias'
  | 'model'
  | 'forced'
  | 'forcedBy'
  | 'ruleSet'
  | 'envelope'
  | 'from'
  | 'subject'
  | 'messageId'
  | 'sizeBytes'
  | 'fates'
  | 'evidence'
  | 'findings'
  | 'notRun'
  | 'opinion'
>;

/** The decisions of a ledger that is open as data, in no order. */
export async function* replayableRows(data: LedgerData): AsyncGenerator<Replayable> {
  for await (const row of data.stream<Row>(`SELECT ${COLUMNS} FROM decisions`)) yield replayable(row);
}

function replayable(row: Row): Replayable {
  return {
    id: row.id,
    at: row.at.toISOString(),
    verdict: row.verdict,
    category: row.category,
    score: row.score,
    bias: row.bias,
    model: row.model,
    forced: row.forced,
    ...(row.forced_by === null ? {} : { forcedBy: row.forced_by }),
    ...(row.rule_set === null ? {} : { ruleSet: row.rule_set }),
    envelope: {
      clientIp: row.client_ip,
      clientName: row.client_name,
      helo: row.helo,
      mailFrom: row.mail_from,
      rcptTo: row.rcpt_to,
    },
    from: row.from_address,
    subject: row.subject,
    messageId: row.message_id,
    sizeBytes: row.size_bytes,
    fates: JSON.parse(row.fates_json),
    evidence: JSON.parse(row.evidence_json),
    findings: JSON.parse(row.findings_json),
    notRun: JSON.parse(row.not_run_json),
    opinion: row.opinion_json === null ? null : JSON.parse(row.opinion_json),
  };
}

/** What people say the decisions are, by id. */
export async function labelsIn(data: LedgerData): Promise<ReadonlyMap<string, VerdictCategory>> {
  const rows = await data.query<{ readonly id: string; readonly is_category: VerdictCategory }>(
    'SELECT id, is_category FROM labels',
  );
  return new Map(rows.map(({ id, is_category }) => [id, is_category]));
}
