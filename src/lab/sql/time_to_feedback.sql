-- How long after a decision people speak of it, by where they say it, in seconds. What was taken back, and takings back, do not count.
SELECT
  f.surface,
  COUNT(*) AS reports,
  MIN(f.at_seconds - d.at_seconds) AS shortest,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY f.at_seconds - d.at_seconds) AS median,
  PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY f.at_seconds - d.at_seconds) AS ninetieth,
  MAX(f.at_seconds - d.at_seconds) AS longest
FROM feedback f
JOIN decisions d ON d.id = f.id
LEFT JOIN feedback r ON r.retracts = f.feedback_id
WHERE f.retracts IS NULL AND r.feedback_id IS NULL
GROUP BY f.surface
ORDER BY f.surface
