-- Of the leads qualified by marketing, the share accepted by sales within 90 days, not before.
SELECT a.period, a.scope, avg(CASE
  WHEN c.key IS NOT NULL THEN coalesce(julianday(x.sql_at) - julianday(x.mql_at) BETWEEN 0 AND 90, 0) END)
FROM asked a
LEFT JOIN (credit c JOIN arrivals x ON x.key = c.key AND c.what = 'lead mql')
  ON c.scope = a.scope AND c.day >= a.first AND c.day < a.until
GROUP BY a.period, a.scope
