-- The number of deals that passed qualification in the period.
SELECT a.period, a.scope, coalesce(sum(c.share), 0)
FROM asked a
LEFT JOIN credit c ON c.event = 'qualified' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
LEFT JOIN deals d ON d.deal_id = c.deal_id
GROUP BY a.period, a.scope
