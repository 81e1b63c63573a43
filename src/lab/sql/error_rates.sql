-- Errors among messages that people labelled, with 95 % limits.
-- false_positive_rate: legitimate messages that were tagged, held or refused, by the category we gave; of all labelled legitimate.
-- miss_rate: unwanted messages that were accepted, by the category that people gave; of all labelled so.
-- reported_*: the same errors of all decided messages. People label what is wrong rather than what is right, so the rates among labelled
-- messages are too high and the reported ones too low; the truth lies between.
-- Limits: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212:
-- (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), z = 1.959963984540054.
WITH judged AS (
  SELECT
    d.category AS given,
    l.is_category AS truth,
    CASE WHEN d.verdict IN ('tag', 'quarantine', 'reject') THEN 1 ELSE 0 END AS treated
  FROM decisions d
  LEFT JOIN labels l ON l.id = d.id
),
totals AS (
  SELECT
    COUNT(*) AS decided,
    SUM(CASE WHEN j.truth = 'none' THEN 1 ELSE 0 END) AS legitimate,
    SUM(CASE WHEN j.truth <> 'none' THEN 1 ELSE 0 END) AS unwanted,
    SUM(CASE WHEN j.truth = 'none' AND j.treated = 1 THEN 1 ELSE 0 END) AS false_positives,
    SUM(CASE WHEN j.truth <> 'none' AND j.treated = 0 THEN 1 ELSE 0 END) AS misses
  FROM judged j
),
counted AS (
  SELECT 'false_positive_rate' AS metric, 'all' AS category, t.false_positives AS errors, t.legitimate AS messages FROM totals t
  UNION ALL
  SELECT 'false_positive_rate', j.given, COUNT(*), MAX(t.legitimate)
  FROM judged j CROSS JOIN totals t
  WHERE j.truth = 'none' AND j.treated = 1
  GROUP BY j.given
  UNION ALL
  SELECT 'miss_rate', 'all', t.misses, t.unwanted FROM totals t
  UNION ALL
  SELECT 'miss_rate', j.truth, SUM(1 - j.treated), COUNT(*)
  FROM judged j
  WHERE j.truth <> 'none'
  GROUP BY j.truth
  UNION ALL
  SELECT 'reported_false_positives', 'all', t.false_positives, t.decided FROM totals t
  UNION ALL
  SELECT 'reported_misses', 'all', t.misses, t.decided FROM totals t
),
rates AS (
  SELECT
    c.metric,
    c.category,
    CAST(c.errors AS BIGINT) AS errors,
    CAST(c.messages AS BIGINT) AS messages,
    CAST(c.errors AS DOUBLE) / c.messages AS p,
    3.8414588206941236E0 / c.messages AS w
  FROM counted c
  WHERE c.messages > 0
)
SELECT
  r.metric,
  r.category,
  r.errors,
  r.messages,
  r.p AS rate,
  GREATEST(0E0, (r.p + r.w / 2E0 - SQRT(r.p * (1E0 - r.p) * r.w + r.w * r.w / 4E0)) / (1E0 + r.w)) AS low,
  LEAST(1E0, (r.p + r.w / 2E0 + SQRT(r.p * (1E0 - r.p) * r.w + r.w * r.w / 4E0)) / (1E0 + r.w)) AS high
FROM rates r
ORDER BY r.metric, CASE WHEN r.category = 'all' THEN 0 ELSE 1 END, r.category
