/** Messages by detector and day on which it spoke, of rules; parts of models are by feature. */
export const HITS_BY_DAY = `SELECT detector, CAST(CAST("at" AS DATE) AS VARCHAR) AS day, count(DISTINCT id) AS hits FROM findings
  WHERE detector LIKE 'rule:%' GROUP BY 1, 2`;

const JUDGEMENTS = `SELECT id, 'model:' || model AS detector, CAST(day AS VARCHAR) AS day, score FROM decisions WHERE model IS NOT NULL
  UNION ALL SELECT id, 'model:' || s.model, CAST(day AS VARCHAR), s.score FROM (
    SELECT id, day, unnest(from_json(shadows_json, '[{"model":"VARCHAR","score":"DOUBLE"}]')) AS s FROM decisions)
  WHERE s.score IS NOT NULL`;

/** The same of models: messages that they read, and of the labelled ones on which they speak against ($threshold), how many are unwanted. */
export const MODELS_BY_DAY = `SELECT j.detector, j.day, count(*) AS hits,
    CAST(count(l.id) FILTER (j.score >= $threshold) AS BIGINT) AS labelled,
    CAST(count(*) FILTER (j.score >= $threshold AND l.is_category <> 'none') AS BIGINT) AS correct
  FROM (${JUDGEMENTS}) j LEFT JOIN labels l ON l.id = j.id GROUP BY 1, 2`;

/** Where a model that watches and the one that decides have both read a message. */
export const COMPARED = `SELECT 'model:' || s.model AS watcher, count(*) AS messages,
    CAST(count(*) FILTER ((s.score >= $threshold) = (score >= $threshold)) AS BIGINT) AS same,
    CAST(count(*) FILTER (l.is_category <> 'none') AS BIGINT) AS unwanted,
    CAST(count(*) FILTER (l.is_category = 'none') AS BIGINT) AS legitimate,
    CAST(count(*) FILTER (l.is_category <> 'none' AND s.score >= $threshold) AS BIGINT) AS watcher_caught,
    CAST(count(*) FILTER (l.is_category <> 'none' AND score >= $threshold) AS BIGINT) AS active_caught,
    CAST(count(*) FILTER (l.is_category = 'none' AND s.score >= $threshold) AS BIGINT) AS watcher_wrong,
    CAST(count(*) FILTER (l.is_category = 'none' AND score >= $threshold) AS BIGINT) AS active_wrong
  FROM (SELECT d.id, d.score, unnest(from_json(d.shadows_json, '[{"model":"VARCHAR","score":"DOUBLE"}]')) AS s FROM decisions d) d
  LEFT JOIN labels l ON l.id = d.id WHERE s.score IS NOT NULL GROUP BY 1`;

/** The latest messages on which a rule spoke. */
export const HIT_LATELY = `SELECT d.id, epoch_ms(d."at") AS at, d.from_address AS sender, d.subject, d.rcpt_to AS recipients, d.verdict,
    d.category, d.score, coalesce(l.is_category, '') AS is_category
  FROM decisions d LEFT JOIN labels l ON l.id = d.id
  WHERE d.id IN (SELECT id FROM findings WHERE detector = $detector) ORDER BY d.id DESC LIMIT 20`;

/** Values of a feature in a sample of messages, chosen by the hash of their id. */
export const VALUES = `WITH chosen AS (
    SELECT json_extract(features_json, '$.' || $feature) AS value FROM decisions ORDER BY hash(id) LIMIT 5000),
  read AS (SELECT TRY_CAST(value AS DOUBLE) AS value FROM chosen)
  SELECT value, count(*) AS messages FROM read GROUP BY 1`;
