-- What the leads created brought in won deals, for each lead.
SELECT a.period, a.scope, coalesce(sum((SELECT d.amount / 100.0 FROM deals d WHERE d.key = x.deal_of
  AND d.status = 'won')), 0) / nullif(count(c.key), 0)
FROM asked a
LEFT JOIN (credit c JOIN arrivals x ON x.key = c.key AND c.what = 'lead created')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
