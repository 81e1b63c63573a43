-- How far each feature has moved from the reference: population stability index, sum over bins of (a - e) ln(a / e), a the share now and e
-- the share in the reference, neither under 0.0001 (S. Siddiqi, Credit Risk Scorecards, 2006). Under 0.1 little, over 0.25 much has changed.
-- A bin holds low <= value < high; bin -1 holds what is missing.
WITH totals AS (
  SELECT COUNT(*) AS messages FROM decisions
),
placed AS (
  SELECT
    b.feature,
    b.bin,
    MAX(b.share) AS expected,
    COUNT(v.id) AS messages
  FROM reference_bins b
  LEFT JOIN feature_values v
    ON v.feature = b.feature
    AND CASE WHEN b.bin = -1 THEN v.value IS NULL ELSE v.value >= b.low AND v.value < b.high END
  GROUP BY b.feature, b.bin
),
shares AS (
  SELECT
    p.feature,
    p.bin,
    GREATEST(1E-4, p.expected) AS e,
    GREATEST(1E-4, CAST(p.messages AS DOUBLE) / t.messages) AS a,
    CASE WHEN p.bin = -1 THEN CAST(p.messages AS DOUBLE) / t.messages ELSE 0E0 END AS missing
  FROM placed p CROSS JOIN totals t
  WHERE t.messages > 0
)
SELECT
  s.feature,
  SUM((s.a - s.e) * LN(s.a / s.e)) AS psi,
  MAX(s.missing) AS missing
FROM shares s
GROUP BY s.feature
ORDER BY s.feature
