-- The middle number of days since the last activity that the file of deals names, of the deals open at the end; what
-- was the last one then is not known of days before the first file.
WITH told AS (
  SELECT a.period, a.scope, julianday(a.at_end) - julianday(r.last_activity_at) AS x
  FROM asked a
  JOIN credit c ON c.what = 'deal open' AND c.scope = a.scope AND c.day = a.at_end
  JOIN deals r ON r.key = c.key AND r.last_activity_at IS NOT NULL
  WHERE a.at_end >= (SELECT min(seen) FROM deals)
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
