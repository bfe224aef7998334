-- Minutes of demos over working minutes.
WITH above AS (
SELECT a.period, a.scope, coalesce(sum(x.minutes), 0) AS n
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'took place' AND x.type = 'demo' AND x.status = 'held')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
below AS (
SELECT a.period, a.scope, 480.0 * count(c.key) AS n
FROM asked a
LEFT JOIN credit c ON c.what = 'working day' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT u.period, u.scope, 1.0 * u.n / nullif(v.n, 0) FROM above u JOIN below v USING (period, scope)
