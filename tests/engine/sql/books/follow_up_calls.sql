-- Calls to others that follow an earlier one.
SELECT a.period, a.scope, count(c.key)
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'took place' AND x.type = 'call'
  AND x.direction = 'out' AND x.status = 'held' AND x.follows)
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
