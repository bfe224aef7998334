-- What winning customers cost over the gross profit of their monthly revenue, at a margin of 80 %.
WITH above AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN costs x ON x.key = c.key AND c.what = 'cost' AND x.motion = 'new')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
below AS (
SELECT a.period, a.scope, coalesce(sum(x.amount), 0) * 0.8 / 100.0 AS n
FROM asked a
LEFT JOIN (credit c JOIN movements x ON x.key = c.key AND c.what = 'movement' AND x.kind = 'new')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT u.period, u.scope, u.n / nullif(v.n, 0) FROM above u JOIN below v USING (period, scope)
