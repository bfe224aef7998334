-- The misses of the reps, without sign, over what they booked; by the team of the first day, else the first one within.
WITH told AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN forecasts x ON x.key = c.key AND c.what = 'forecast' AND x.category = 'commit'
  AND x.horizon = 'day_one')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
came AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN deals x ON x.key = c.key AND c.what = 'deal closed' AND x.status = 'won')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
reps AS (
  SELECT a.period, a.scope, a.first, a.until, p.person, abs(t.n - b.n) AS missed, b.n AS booked
  FROM asked a JOIN people p ON p.scope = a.scope JOIN told t USING (period, scope) JOIN came b USING (period, scope)
),
placed AS (
  SELECT period, 'org' AS scope, missed, booked FROM reps
  UNION ALL SELECT period, scope, missed, booked FROM reps
  UNION ALL SELECT r.period, coalesce(t.scope, 'unassigned'), r.missed, r.booked
  FROM reps r
  LEFT JOIN memberships m ON m.person = r.person AND m.since = (
    SELECT min(o.since) FROM memberships o WHERE o.person = r.person AND o.since < r.until AND o.until > r.first
  )
  LEFT JOIN teams_above t USING (team)
)
SELECT a.period, a.scope, CASE WHEN EXISTS (
  SELECT 1 FROM credit c JOIN forecasts x ON x.key = c.key AND c.what = 'forecast' AND x.category = 'commit'
  AND x.horizon = 'day_one' WHERE c.scope = 'org' AND c.day >= a.first AND c.day < a.until
) THEN sum(p.missed) / nullif(sum(p.booked), 0) END
FROM asked a LEFT JOIN placed p USING (period, scope) GROUP BY a.period, a.scope
