-- Bookings as a share of the bookings target of the same scope and period.
WITH won AS (
  SELECT a.period, a.scope, a.first, a.until, coalesce(sum(c.share * d.amount), 0) / 100.0 AS money
  FROM asked a
  LEFT JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  LEFT JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won'
  GROUP BY a.period, a.scope
)
SELECT won.period, won.scope, won.money / nullif(t.target, 0)
FROM won LEFT JOIN targets t ON t.kpi = 'bookings' AND t.scope = won.scope AND t.first = won.first AND t.until = won.until
