-- The share of decided new-customer deals that was won, whatever their source.
SELECT a.period, a.scope, sum(iif(d.outcome = 'won', c.share, 0)) / sum(c.share)
FROM asked a
LEFT JOIN (credit c JOIN deals d ON d.deal_id = c.deal_id AND d.type = 'new')
  ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
