-- Of the meetings with prospects, the share that led to a deal within 60 days.
SELECT a.period, a.scope, avg(CASE
  WHEN c.key IS NOT NULL THEN coalesce(julianday(x.led_to) - julianday(x.took) <= 60, 0) END)
FROM asked a
LEFT JOIN (credit c JOIN acts x ON x.key = c.key AND c.what = 'took place' AND x.type = 'meeting'
  AND x.status = 'held' AND x.prospects)
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
