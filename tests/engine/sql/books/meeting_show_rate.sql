-- Of the meetings that were held or to which nobody came, the share that was held.
SELECT a.period, a.scope, avg(x.status = 'held')
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'planned' AND x.type = 'meeting'
  AND x.status IN ('held', 'no_show'))
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
