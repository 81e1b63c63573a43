-- Messages by verdict and category, with their share of all.
SELECT
  d.verdict,
  d.category,
  COUNT(*) AS messages,
  COUNT(*) / CAST(SUM(COUNT(*)) OVER () AS DOUBLE) AS share
FROM decisions d
GROUP BY d.verdict, d.category
ORDER BY messages DESC, d.verdict, d.category
