-- Bookings over bookings of all sources: 1 wherever something was booked (sources are told apart by a breakdown).
SELECT a.period, a.scope, sum(c.share * d.amount) / nullif(sum(c.share * d.amount), 0)
FROM asked a
LEFT JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
LEFT JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won'
GROUP BY a.period, a.scope
