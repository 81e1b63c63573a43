-- Each detector: messages on which it spoke against the sender, and the share of the labelled ones that were unwanted, with 95 % limits
-- (Wilson, see error_rates.sql). A finding in shadow has no weight, and counts as one that spoke against.
WITH fired AS (
  SELECT DISTINCT f.detector, f.status, f.id
  FROM findings f
  WHERE f.weight > 0 OR f.status = 'shadow'
),
counted AS (
  SELECT
    f.detector,
    f.status,
    COUNT(*) AS hits,
    COUNT(l.id) AS labelled,
    CAST(SUM(CASE WHEN l.is_category <> 'none' THEN 1 ELSE 0 END) AS BIGINT) AS correct
  FROM fired f
  LEFT JOIN labels l ON l.id = f.id
  GROUP BY f.detector, f.status
),
rates AS (
  SELECT
    c.*,
    CAST(c.correct AS DOUBLE) / NULLIF(c.labelled, 0) AS p,
    3.8414588206941236E0 / NULLIF(c.labelled, 0) AS w
  FROM counted c
)
SELECT
  r.detector,
  r.status,
  r.hits,
  r.labelled,
  r.correct,
  r.p AS precision_rate,
  CASE WHEN r.p IS NULL THEN NULL
    ELSE GREATEST(0E0, (r.p + r.w / 2E0 - SQRT(r.p * (1E0 - r.p) * r.w + r.w * r.w / 4E0)) / (1E0 + r.w)) END AS low,
  CASE WHEN r.p IS NULL THEN NULL
    ELSE LEAST(1E0, (r.p + r.w / 2E0 + SQRT(r.p * (1E0 - r.p) * r.w + r.w * r.w / 4E0)) / (1E0 + r.w)) END AS high
FROM rates r
ORDER BY r.hits DESC, r.detector, r.status
