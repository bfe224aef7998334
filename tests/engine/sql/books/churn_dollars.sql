-- Monthly revenue of those who left.
SELECT a.period, a.scope, -coalesce(sum(x.amount / 100.0), 0)
FROM asked a
LEFT JOIN (credit c JOIN movements x ON x.key = c.key AND c.what = 'movement' AND x.kind = 'churn')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
