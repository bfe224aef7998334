-- The middle number of days in a stage, of the stays that ended in the period; a shared deal is one row of every owner.
WITH ended AS (
  SELECT a.period, a.scope, v.days AS x
  FROM asked a
  JOIN visit_credit c ON c.event = 'exited' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  JOIN visits v ON v.visit = c.visit AND v.days IS NOT NULL
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY period, scope ORDER BY x) AS place,
         count(*) OVER (PARTITION BY period, scope) AS n
  FROM ended
)
SELECT a.period, a.scope, avg(r.x)
FROM asked a
LEFT JOIN ranked r ON r.period = a.period AND r.scope = a.scope AND r.place IN ((r.n + 1) / 2, (r.n + 2) / 2)
GROUP BY a.period, a.scope
