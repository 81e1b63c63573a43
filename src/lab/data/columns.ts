import { CATEGORIES } from '../../detect/category.ts';

/** A column of the ledger as data: its type, and how it comes from the record of a line. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** SQL over `r`, the record as RECORD_SHAPES reads it. */
  readonly from: string;
}

/** Kinds of records that have a table of their own. */
export const KINDS = ['decision', 'feedback', 'audit'] as const;
export type Kind = (typeof KINDS)[number];

const text = (name: string, from = `r."${name}"`): Column => ({ name, type: 'VARCHAR', from });
const double = (name: string, from = `r."${name}"`): Column => ({ name, type: 'DOUBLE', from });
const json = (name: string, key: string): Column => text(`${name}_json`, `CAST(r."${key}" AS VARCHAR)`);
const at: Column = { name: 'at', type: 'TIMESTAMP', from: 'TRY_CAST(r."at" AS TIMESTAMP)' };

/**
 * Columns by kind, in order. A field that older records lack is NULL. Columns are only added: Parquet of an older Postern lacks the new ones,
 * which are NULL there.
 */
export const COLUMNS: Readonly<Record<Kind, readonly Column[]>> = {
  decision: [
    text('id'),
    at,
    text('gate'),
    text('verdict'),
    text('category'),
    double('score'),
    double('bias'),
    text('model'),
    text('variant', `coalesce(r."variant", 'default')`),
    text('forced'),
    text('mail_from', 'r."envelope"."mailFrom"'),
    { name: 'rcpt_to', type: 'VARCHAR[]', from: 'r."envelope"."rcptTo"' },
    text('client_ip', 'r."envelope"."clientIp"'),
    text('from_address', 'r."from"'),
    text('subject'),
    text('message_id', 'r."messageId"'),
    { name: 'size_bytes', type: 'BIGINT', from: 'r."sizeBytes"' },
    double('seconds'),
    text('feature_schema', 'r."featureSchema"'),
    ...CATEGORIES.map((category) => double(`score_${category}`, `r."scores"."${category}"`)),
    json('fates', 'fates'),
    json('evidence', 'evidence'),
    json('features', 'features'),
    json('findings', 'findings'),
    json('not_run', 'notRun'),
    text('forced_by', 'r."forcedBy"'),
    text('version'),
    text('rule_set', 'r."ruleSet"'),
    json('shadows', 'shadows'),
    json('opinion', 'opinion'),
    json('reasons', 'reasons'),
    json('reputation_keys', 'reputationKeys'),
    json('stage_seconds', 'stageSeconds'),
    json('reply', 'reply'),
    double('next_hop_seconds', 'r."nextHopSeconds"'),
    text('client_name', 'r."envelope"."clientName"'),
    text('helo', 'r."envelope"."helo"'),
    // What lists of a policy ask of the evidence: a replay reads these two rather than all of it.
    text('sender_json', `CAST(r."evidence"->'$.sender' AS VARCHAR)`),
    text('authentication_json', `CAST(r."evidence"->'$.authentication' AS VARCHAR)`),
  ],
  feedback: [
    // Older records have no id of their own; this is the one that the reader of the ledger gives them.
    text(
      'feedback_id',
      `coalesce(r."feedbackId", sha256(CAST(json_array(r."id", r."at", r."actor", r."is") AS VARCHAR)))`,
    ),
    text('id'),
    at,
    text('actor'),
    text('surface', `coalesce(r."surface", 'cli')`),
    text('strength', `coalesce(r."strength", 'strong')`),
    text('is_category', 'r."is"'),
    text('was_category', 'r."category"'),
    text('was_verdict', 'r."verdict"'),
    text('retracts'),
    json('reputation_keys', 'reputationKeys'),
  ],
  audit: [
    text('id'),
    at,
    text('actor'),
    text('action'),
    text('subject'),
    text('before'),
    text('after'),
    text('reason'),
  ],
};

const strings = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, 'VARCHAR'] as const));
const values = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, 'JSON'] as const));

/** What DuckDB's from_json reads of a line, in one go. */
export const RECORD_SHAPES: Readonly<Record<Kind, Readonly<Record<string, unknown>>>> = {
  decision: {
    schema: 'INTEGER',
    ...strings('kind', 'id', 'at', 'gate', 'verdict', 'category', 'model', 'variant', 'forced', 'forcedBy'),
    ...strings('from', 'subject', 'messageId', 'featureSchema', 'version', 'ruleSet'),
    score: 'DOUBLE',
    bias: 'DOUBLE',
    seconds: 'DOUBLE',
    nextHopSeconds: 'DOUBLE',
    sizeBytes: 'BIGINT',
    envelope: { ...strings('clientIp', 'clientName', 'helo', 'mailFrom'), rcptTo: ['VARCHAR'] },
    scores: Object.fromEntries(CATEGORIES.map((category) => [category, 'DOUBLE'])),
    ...values('fates', 'evidence', 'features', 'findings', 'notRun', 'shadows', 'opinion', 'reasons'),
    ...values('reputationKeys', 'stageSeconds', 'reply'),
  },
  feedback: {
    schema: 'INTEGER',
    ...strings('kind', 'id', 'at', 'actor', 'is', 'category', 'verdict'),
    ...strings('feedbackId', 'surface', 'strength', 'retracts'),
    ...values('reputationKeys'),
  },
  audit: {
    schema: 'INTEGER',
    ...strings('kind', 'id', 'at', 'actor', 'action', 'subject', 'before', 'after', 'reason'),
  },
};

/** The column that tells two records of a kind apart. */
export const KEYS: Readonly<Record<Kind, string>> = { decision: 'id', feedback: 'feedback_id', audit: 'id' };

/** Folder of a kind in the Parquet store; also the names of the views. */
export const FOLDERS: Readonly<Record<Kind, string>> = {
  decision: 'decisions',
  feedback: 'feedback',
  audit: 'audit',
};
