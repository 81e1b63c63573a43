-- Scores in twentieths, by variant and model; `unwanted` and `legitimate` are what people labelled.
SELECT
  d.variant,
  d.model,
  LEAST(19, CAST(FLOOR(d.score * 20E0) AS INT)) / 20E0 AS score_from,
  COUNT(*) AS messages,
  CAST(SUM(CASE WHEN l.is_category <> 'none' THEN 1 ELSE 0 END) AS BIGINT) AS unwanted,
  CAST(SUM(CASE WHEN l.is_category = 'none' THEN 1 ELSE 0 END) AS BIGINT) AS legitimate
FROM decisions d
LEFT JOIN labels l ON l.id = d.id
WHERE d.score IS NOT NULL
GROUP BY d.variant, d.model, LEAST(19, CAST(FLOOR(d.score * 20E0) AS INT)) / 20E0
ORDER BY d.variant, d.model NULLS FIRST, score_from
