-- The commit over what was booked, less one.
WITH above AS (
SELECT a.period, a.scope, sum(x.amount) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN forecasts x ON x.key = c.key AND c.what = 'forecast' AND x.category = 'commit'
  AND x.horizon = 'day_one')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
below AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN deals x ON x.key = c.key AND c.what = 'deal closed' AND x.status = 'won')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT u.period, u.scope, u.n / nullif(v.n, 0) - 1 FROM above u JOIN below v USING (period, scope)
