-- Growth with products the customer had.
SELECT a.period, a.scope, coalesce(sum(x.amount / 100.0), 0)
FROM asked a
LEFT JOIN (credit c JOIN movements x ON x.key = c.key AND c.what = 'movement' AND x.kind = 'expansion'
  AND x.is_new_product = 0)
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
