-- The average days a win took that is not dated before the creation; a shared deal is one deal of everyone who shares it.
SELECT a.period, a.scope, avg(julianday(d.closed_on) - julianday(d.created_at))
FROM asked a
LEFT JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
LEFT JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won' AND d.created_at <= d.closed_on
GROUP BY a.period, a.scope
