-- The middle number of hours to the first answer, of leads with both times of day.
WITH told AS (
  SELECT a.period, a.scope, round((julianday(r.first_response_at) - julianday(r.created_at)) * 1440) / 60.0 AS x
  FROM asked a
  JOIN credit c ON c.what = 'lead created' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  JOIN arrivals r ON r.key = c.key AND length(r.created_at) > 10 AND length(r.first_response_at) > 10
                AND r.first_response_at >= r.created_at
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
