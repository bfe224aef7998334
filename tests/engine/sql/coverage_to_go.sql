-- What can still close in the period, against the money missing to the target; nothing once the target is met.
WITH due AS (
  SELECT a.period, a.scope, coalesce(sum(o.share * o.amount), 0) / 100.0 AS money
  FROM asked a
  LEFT JOIN open_deals o
    ON o.day = a.at_end AND o.scope = a.scope AND o.close_date >= a.first AND o.close_date < a.until
  GROUP BY a.period, a.scope
),
togo AS (
  SELECT a.period, a.scope, t.target - coalesce(sum(c.share * d.amount), 0) / 100.0 AS money
  FROM asked a
  JOIN targets t ON t.kpi = 'bookings' AND t.scope = a.scope AND t.first = a.first AND t.until = a.until
  LEFT JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  LEFT JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won'
  GROUP BY a.period, a.scope
)
SELECT due.period, due.scope, due.money / iif(togo.money > 0, togo.money, NULL)
FROM due LEFT JOIN togo USING (period, scope)
