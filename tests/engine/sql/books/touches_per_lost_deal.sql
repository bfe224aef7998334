-- Touches on lost deals over the deals lost, both by the day of closing.
WITH above AS (
SELECT a.period, a.scope, count(c.key) AS n
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'deal of activity closed'
  AND x.type IN ('call', 'email', 'meeting', 'demo') AND x.status = 'held' AND (SELECT status
  FROM deals d WHERE d.key = x.deal) = 'lost')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
below AS (
SELECT a.period, a.scope, count(c.key) AS n
FROM asked a
LEFT JOIN (credit c JOIN deals x ON x.key = c.key AND c.what = 'deal closed' AND x.status = 'lost')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT u.period, u.scope, 1.0 * u.n / nullif(v.n, 0) FROM above u JOIN below v USING (period, scope)
