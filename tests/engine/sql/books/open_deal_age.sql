-- The middle age of the deals open at the end.
WITH told AS (
  SELECT a.period, a.scope, julianday(a.at_end) - julianday(r.created_at) AS x
  FROM asked a
  JOIN credit c ON c.what = 'deal open' AND c.scope = a.scope AND c.day = a.at_end
  JOIN deals r ON r.key = c.key AND 1
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
