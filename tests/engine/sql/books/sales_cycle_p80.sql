-- Days to the win that four of five won deals do not pass; between two deals in proportion.
WITH told AS (
  SELECT a.period, a.scope, julianday(d.closed_at) - julianday(d.created_at) AS x
  FROM asked a
  JOIN credit c ON c.what = 'deal closed' AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  JOIN deals d ON d.key = c.key AND d.status = 'won' AND d.closed_at >= d.created_at
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY period, scope ORDER BY x) - 1 AS place,
         0.8 * (count(*) OVER (PARTITION BY period, scope) - 1) AS wanted
  FROM told
)
SELECT a.period, a.scope, sum(k.x * max(0, 1 - abs(k.place - k.wanted)))
FROM asked a LEFT JOIN ranked k USING (period, scope) GROUP BY a.period, a.scope
