-- Of the decided deals, the share won.
SELECT a.period, a.scope, avg(x.status = 'won')
FROM asked a
LEFT JOIN (credit c JOIN deals x ON x.key = c.key AND c.what = 'deal closed' AND x.status IN ('won', 'lost'))
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
