-- What winning customers cost, for each account won for the first time.
WITH above AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN costs x ON x.key = c.key AND c.what = 'cost' AND x.motion = 'new')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
below AS (
SELECT a.period, a.scope, count(c.key) AS n
FROM asked a
LEFT JOIN credit c ON c.what = 'account won' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT u.period, u.scope, u.n / nullif(v.n, 0) FROM above u JOIN below v USING (period, scope)
