-- E-mails to others that were sent.
SELECT a.period, a.scope, count(c.key)
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'took place' AND x.type = 'email'
  AND x.direction = 'out' AND x.status = 'held')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
