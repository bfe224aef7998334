-- Touches on leads that sales accepted over those leads, both by the day of acceptance.
WITH above AS (
SELECT a.period, a.scope, count(c.key) AS n
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'lead of activity accepted'
  AND x.type IN ('call', 'email', 'meeting', 'demo') AND x.status = 'held')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
below AS (
SELECT a.period, a.scope, count(c.key) AS n
FROM asked a
LEFT JOIN (credit c JOIN arrivals x ON x.key = c.key AND c.what = 'lead sql')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT u.period, u.scope, 1.0 * u.n / nullif(v.n, 0) FROM above u JOIN below v USING (period, scope)
