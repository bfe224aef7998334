-- The mean answer about introductions.
SELECT a.period, a.scope, avg(x.score)
FROM asked a
LEFT JOIN (credit c JOIN surveys x ON x.key = c.key AND c.what = 'survey' AND x.kind = 'implementation')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
