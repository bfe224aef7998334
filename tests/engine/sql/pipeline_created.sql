-- The amount first recorded on each deal created in the period.
SELECT a.period, a.scope, coalesce(sum(c.share * d.first_amount), 0) / 100.0
FROM asked a
LEFT JOIN credit c ON c.event = 'created' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
LEFT JOIN deals d ON d.deal_id = c.deal_id
GROUP BY a.period, a.scope
