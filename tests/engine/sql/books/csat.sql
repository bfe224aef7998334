-- Of the answers about satisfaction, the share of 8 and more of ten.
SELECT a.period, a.scope, avg(x.score >= 8)
FROM asked a
LEFT JOIN (credit c JOIN surveys x ON x.key = c.key AND c.what = 'survey' AND x.kind = 'csat')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
