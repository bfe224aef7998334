-- The shrinking of customers who were first won at most a year before.
SELECT a.period, a.scope, -coalesce(sum(x.amount / 100.0), 0)
FROM asked a
LEFT JOIN (credit c JOIN movements x ON x.key = c.key AND c.what = 'movement' AND x.kind = 'contraction'
  AND julianday(x.effective_at) - julianday(
    (SELECT min(d.closed_at) FROM deals d WHERE d.account = x.account AND d.status = 'won')) <= 365)
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
