-- Different accounts that answered.
SELECT a.period, a.scope, count(DISTINCT x.who)
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'took place' AND x.direction = 'out'
  AND x.got_reply = 1)
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
