-- Different accounts that answered over different accounts touched.
WITH touched AS (
SELECT a.period, a.scope, count(DISTINCT x.who) AS n
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'took place'
  AND x.type IN ('call', 'email', 'meeting', 'demo') AND x.direction = 'out' AND x.status = 'held')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
),
answered AS (
SELECT a.period, a.scope, count(DISTINCT x.who) AS n
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'took place' AND x.direction = 'out'
  AND x.got_reply = 1)
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
)
SELECT t.period, t.scope, 1.0 * r.n / nullif(t.n, 0) FROM touched t JOIN answered r USING (period, scope)
