/** What a label says of a decision: 1 or 0, 0 where nobody labelled it. */
const COUNTS = `CAST(count(l.id) AS BIGINT) AS labelled,
  CAST(count(*) FILTER (l.is_category <> 'none' AND d.treated) AS BIGINT) AS caught,
  CAST(count(*) FILTER (l.is_category <> 'none' AND NOT d.treated) AS BIGINT) AS missed,
  CAST(count(*) FILTER (l.is_category = 'none' AND d.treated) AS BIGINT) AS wrong`;

const DECIDED = `(SELECT *, verdict IN ('tag', 'quarantine', 'reject') AS treated FROM decisions)`;

/** One row over everything. */
export const TOTALS = `SELECT '' AS name, count(*) AS messages, ${COUNTS},
    CAST(count(*) FILTER (l.is_category = 'none') AS BIGINT) AS legitimate,
    CAST(count(*) FILTER (l.is_category <> 'none') AS BIGINT) AS unwanted
  FROM ${DECIDED} d LEFT JOIN labels l ON l.id = d.id`;

/** By category: what people say it is for what was caught and missed, what we said for what was wrong and for all messages. */
export const CATEGORY_COUNTS = `SELECT name, CAST(sum(messages) AS BIGINT) AS messages, CAST(sum(labelled) AS BIGINT) AS labelled,
    CAST(sum(caught) AS BIGINT) AS caught, CAST(sum(missed) AS BIGINT) AS missed, CAST(sum(wrong) AS BIGINT) AS wrong
  FROM (
    SELECT d.category AS name, count(*) AS messages, count(*) FILTER (l.is_category = 'none' AND d.treated) AS labelled,
      0 AS caught, 0 AS missed, count(*) FILTER (l.is_category = 'none' AND d.treated) AS wrong
    FROM ${DECIDED} d LEFT JOIN labels l ON l.id = d.id GROUP BY 1
    UNION ALL
    SELECT l.is_category, 0, count(*), count(*) FILTER (d.treated), count(*) FILTER (NOT d.treated), 0
    FROM ${DECIDED} d JOIN labels l ON l.id = d.id WHERE l.is_category <> 'none' GROUP BY 1)
  GROUP BY name`;

/** Domains of recipients, those with most mail first. A message to two domains counts for both. */
export const DOMAIN_COUNTS = `WITH received AS (
    SELECT id, treated, unnest(list_distinct(list_transform(rcpt_to, lambda r: lower(string_split(r, '@')[-1])))) AS domain FROM ${DECIDED})
  SELECT d.domain AS name, count(*) AS messages, ${COUNTS}
  FROM received d LEFT JOIN labels l ON l.id = d.id GROUP BY 1 ORDER BY messages DESC, name LIMIT 200`;

/** Messages by day and category that we gave. */
export const DAY_COUNTS = `SELECT CAST(day AS VARCHAR) AS day, category, count(*) AS messages FROM decisions
  WHERE category <> 'none' GROUP BY 1, 2`;

/** Messages that people call otherwise than we did, latest first; `$kind` is wrong or missed. */
export const ERRORS = `SELECT d.id, epoch_ms(d."at") AS at, d.from_address AS sender, d.subject, d.rcpt_to AS recipients, d.verdict, d.category,
    d.score, l.is_category AS is_category
  FROM ${DECIDED} d JOIN labels l ON l.id = d.id
  WHERE (CASE WHEN $kind = 'wrong' THEN l.is_category = 'none' AND d.treated ELSE l.is_category <> 'none' AND NOT d.treated END)
    AND ($category IS NULL OR d.category = $category OR l.is_category = $category)
    AND ($before IS NULL OR d.id < $before)
  ORDER BY d.id DESC LIMIT $limit`;
