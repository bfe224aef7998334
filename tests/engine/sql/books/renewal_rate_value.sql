-- Of the revenue of contracts that ended, the share renewed, growth left out.
SELECT a.period, a.scope, coalesce(sum(min(x.renewed_mrr, x.renewable_mrr) * (lower(x.status) = 'renewed')),
  0) * 1.0 / nullif(sum(x.renewable_mrr), 0)
FROM asked a
LEFT JOIN (credit c JOIN contracts x ON x.key = c.key AND c.what = 'contract'
  AND lower(x.status) IN ('renewed', 'lost', 'pending'))
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
