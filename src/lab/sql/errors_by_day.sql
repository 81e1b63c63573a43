-- Day by day: messages, what people labelled, and what of it was wrong. Rates are among labelled messages, see error_rates.sql.
SELECT
  CAST(d.day AS STRING) AS day,
  COUNT(*) AS messages,
  COUNT(l.id) AS labelled,
  CAST(SUM(CASE WHEN l.is_category = 'none' THEN 1 ELSE 0 END) AS BIGINT) AS legitimate,
  CAST(SUM(CASE WHEN l.is_category = 'none' AND d.verdict IN ('tag', 'quarantine', 'reject') THEN 1 ELSE 0 END) AS BIGINT) AS false_positives,
  CAST(SUM(CASE WHEN l.is_category <> 'none' THEN 1 ELSE 0 END) AS BIGINT) AS unwanted,
  CAST(SUM(CASE WHEN l.is_category <> 'none' AND d.verdict NOT IN ('tag', 'quarantine', 'reject') THEN 1 ELSE 0 END) AS BIGINT) AS misses,
  SUM(CASE WHEN l.is_category <> 'none' AND d.verdict NOT IN ('tag', 'quarantine', 'reject') THEN 1E0 ELSE 0E0 END)
    / NULLIF(SUM(CASE WHEN l.is_category <> 'none' THEN 1E0 ELSE 0E0 END), 0E0) AS miss_rate
FROM decisions d
LEFT JOIN labels l ON l.id = d.id
GROUP BY d.day
ORDER BY d.day
