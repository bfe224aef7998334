-- The middle number of days from the creation of a deal to its win; a shared deal is one row of everyone who shares it.
WITH won AS (
  SELECT a.period, a.scope, julianday(d.closed_on) - julianday(d.created_at) AS x
  FROM asked a
  JOIN credit c ON c.event = 'closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  JOIN deals d ON d.deal_id = c.deal_id AND d.outcome = 'won' AND d.closed_on >= d.created_at
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY period, scope ORDER BY x) AS place,
         count(*) OVER (PARTITION BY period, scope) AS n
  FROM won
)
SELECT a.period, a.scope, avg(r.x)
FROM asked a
LEFT JOIN ranked r ON r.period = a.period AND r.scope = a.scope AND r.place IN ((r.n + 1) / 2, (r.n + 2) / 2)
GROUP BY a.period, a.scope
