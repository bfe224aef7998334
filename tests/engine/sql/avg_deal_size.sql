-- The amount won divided by the number of deals won whose amount is known.
SELECT a.period, a.scope, coalesce(sum(c.share * d.amount), 0) / 100.0 / sum(iif(d.amount IS NOT NULL, c.share, NULL))
FROM asked a
LEFT JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
LEFT JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won'
GROUP BY a.period, a.scope
