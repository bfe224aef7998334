-- The middle number of days from the first contact to the win.
WITH told AS (
  SELECT a.period, a.scope, julianday(r.closed_at) - julianday(r.first_contact_at) AS x
  FROM asked a
  JOIN credit c ON c.what = 'deal closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  JOIN deals r ON r.key = c.key AND r.status = 'won' AND r.closed_at >= r.first_contact_at
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY period, scope ORDER BY x) AS place,
         count(*) OVER (PARTITION BY period, scope) AS n
  FROM told
)
SELECT a.period, a.scope, avg(k.x)
FROM asked a
LEFT JOIN ranked k ON k.period = a.period AND k.scope = a.scope AND k.place IN ((k.n + 1) / 2, (k.n + 2) / 2)
GROUP BY a.period, a.scope
