-- Of the contracts that ended, the share renewed.
SELECT a.period, a.scope, avg(lower(x.status) = 'renewed')
FROM asked a
LEFT JOIN (credit c JOIN contracts x ON x.key = c.key AND c.what = 'contract'
  AND lower(x.status) IN ('renewed', 'lost', 'pending'))
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
