-- What was won from new customers and from growth with existing ones.
SELECT a.period, a.scope, coalesce(sum(c.share * d.amount), 0) / 100.0
FROM asked a
LEFT JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
LEFT JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won' AND d.type IN ('new', 'expansion')
GROUP BY a.period, a.scope
