-- Growth of customers over growth and new customers.
SELECT a.period, a.scope, coalesce(sum(x.amount * (x.kind = 'expansion')), 0) * 1.0 / nullif(sum(x.amount), 0)
FROM asked a
LEFT JOIN (credit c JOIN movements x ON x.key = c.key AND c.what = 'movement' AND x.kind IN ('new', 'expansion'))
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
